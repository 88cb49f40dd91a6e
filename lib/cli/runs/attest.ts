import { Command } from 'commander';
import { defaultRunsDirectory } from '#lib/local';
import { directory, noOutput, usageError } from '../options/arguments.ts';
import { exitCodesHelp } from '../options/exit-codes.ts';
import { withRegistryOptions } from '../options/registry-options.ts';
import type { AttestOptions } from './attest-run.ts';
import { CHAINS } from './check.ts';

export function attestCommand(): Command {
  const command = new Command('attest')
    .argument('[run]', 'a kept run; the last one where none is said')
    .description(
      'Sign the images of a run and what Tekton Chains would say of it, so that release policy can be asked.',
    )
    .option(
      '--key <file>',
      'cosign.key, whose password is in COSIGN_PASSWORD, or a key in PEM; without it, nothing is signed',
    )
    .option('--builder <uri>', 'what the statement says that ran it', CHAINS)
    .option('--runs-directory <directory>', 'where runs are kept', directory, defaultRunsDirectory())
    .option('-o, --output <form>', 'text, or json: the statement itself', 'text')
    .addHelpText(
      'after',
      `
The statement is in-toto's, with SLSA provenance v0.2 of the PipelineRun, as Konflux' Chains writes it. It is kept as
cosign does, under sha256-<digest>.att beside each image, and the image's signature under .sig. Who signs says that the
run was as it is told: a key of this machine proves nothing to others.

${exitCodesHelp('done', 'usage', 'environment', 'invalid', 'cancelled')}

Examples:
  bootc-catalog runs attest -o json                            the statement of the last run, unsigned
  COSIGN_PASSWORD=… bootc-catalog runs attest build-x2k4p --key cosign.key
  ec validate image --image <repository>@<digest> --public-key cosign.pub --ignore-rekor --policy policy.yaml`,
    );
  return withRegistryOptions(command).action(async (name: string | undefined, options: AttestOptions) => {
    const { output, key } = options;
    if (output !== 'text' && output !== 'json') throw noOutput(output, 'text or json');
    if (key === undefined && output === 'text')
      throw usageError('there is no key to sign with', 'give --key, or -o json for the statement alone');
    // The other commands about runs sign nothing, and start in half of the time without what this needs.
    await (await import('./attest-run.ts')).attestRun(name, options);
  });
}
