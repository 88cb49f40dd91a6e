import { Command, Option } from 'commander';
import { defaultRunsDirectory } from '#lib/local';
import { append, directory } from '../options/arguments.ts';
import { exitCodesHelp } from '../options/exit-codes.ts';
import { withRegistryOptions } from '../options/registry-options.ts';
import type { CheckRunOptions } from './check-run.ts';

/** What Chains calls itself, which is what policies ask for. */
export const CHAINS = 'https://tekton.dev/chains/v2';

export function checkRunCommand(): Command {
  const command = new Command('check')
    .argument('[run]', 'a kept run; the last one where none is said')
    .description('Ask release policy about the images of a run, before any cluster is.')
    .requiredOption('--policy <file>', 'an EnterpriseContractPolicy, as `ec validate image` takes it')
    .option(
      '--data <path>',
      "a file, or a folder with files, of the policy's data; may be repeated",
      append,
      [],
    )
    .option(
      '--trust <pattern>',
      'tasks to trust beside those of the policy, as oci://127.0.0.1:5000/me/tekton-catalog/task-*; may be repeated',
      append,
      [],
    )
    .option('--builder <uri>', 'what is said to have run it', CHAINS)
    .option('--runs-directory <directory>', 'where runs are kept', directory, defaultRunsDirectory())
    .addOption(
      new Option('-o, --output <form>', 'form of the output').choices(['text', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      `
The rules are those of Conforma's @slsa3 and @redhat that need no cluster, by their names there; docs/conforma.md lists
them, and those that are left out. They are asked about what Tekton Chains would say of the run, and about what registries
have: images, SBOMs, bundles of tasks. Where a policy says that its rules and data come from is not followed: its data is
what --data gives.

${exitCodesHelp('done', 'usage', 'environment', 'invalid', 'checkFailed', 'cancelled')}

Examples:
  bootc-catalog runs check --policy docs/conforma/fedora-bootc.yaml --data docs/conforma/data
  bootc-catalog runs check build-x2k4p --policy policy.yaml --trust 'oci://127.0.0.1:5000/me/tekton-catalog/task-*'`,
    );
  return withRegistryOptions(command).action(async (name: string | undefined, options: CheckRunOptions) => {
    // The other commands about runs know no policy, and start in half of the time without what this needs.
    await (await import('./check-run.ts')).checkRun(name, options);
  });
}
