import { Command, Option } from 'commander';
import { exitCodesHelp } from '../options/exit-codes.ts';
import { withRegistryOptions } from '../options/registry-options.ts';
import type { PlanOptions } from './plan.ts';
import type { UndoOptions } from './undo.ts';

export function releaseCommand(): Command {
  return new Command('release')
    .description('Show what a Konflux release would move, without a cluster, and undo one.')
    .addCommand(planCommand())
    .addCommand(undoCommand());
}

const FEWER = 'let tags go back to images with fewer platforms than they name now';

function planCommand(): Command {
  const command = new Command('plan')
    .description('Show each tag that a release would write or move. Nothing is changed anywhere.')
    .option('--snapshot <file>', 'the Snapshot that is to be released')
    .option('--releaseplan <file>', 'its ReleasePlan')
    .option('--releaseplanadmission <file>', 'the ReleasePlanAdmission, where the release has one')
    .option('--release <file>', 'the Release, where it has data or collectors of its own')
    .option(
      '--undo <file>',
      'show the way back from a release: push-snapshot-results.json, or the Release with status.artifacts',
    )
    .option('--allow-fewer-platforms', `with --undo: ${FEWER}`)
    .addOption(new Option('-o, --output <form>', 'table, json').choices(['table', 'json']).default('table'))
    .addHelpText(
      'after',
      `
The data is merged, checked and mapped as the tasks of push-to-external-registry do, and registries are asked what is
there. A tag with a time in it is that of a release which begins now. Neither policy nor checks of images are asked. A
file may hold other objects, too; - is standard input.

${exitCodesHelp('done', 'usage', 'environment', 'invalid', 'wouldMove', 'cancelled')}

Examples:
  bootc-catalog release plan --snapshot snapshot.yaml --releaseplan releaseplan.yaml
  bootc-catalog release plan --snapshot s.yaml --releaseplan rp.yaml -o json | jq '.tags[] | select(.toDo == "move")'
  bootc-catalog release plan --undo push-snapshot-results.json`,
    );
  return withRegistryOptions(command).action(async (options: PlanOptions) => {
    await (await import('./plan.ts')).planCommandLine(options);
  });
}

function undoCommand(): Command {
  const command = new Command('undo')
    .description(
      'Move the tags of a release back to what they named before. Nothing is asked: plan --undo shows it.',
    )
    .argument('<results>', 'push-snapshot-results.json, or the Release with status.artifacts')
    .option('--allow-fewer-platforms', FEWER)
    .addHelpText(
      'after',
      `
Nothing moves unless everything can: what a tag named before must still be there, and nobody may have moved the tag
since. Tags that were new with the release stay. One that ended midway says which tags have moved; the same command does
the rest.

${exitCodesHelp('done', 'usage', 'environment', 'invalid', 'cancelled')}

Examples:
  bootc-catalog release undo push-snapshot-results.json
  kubectl get release my-release -o yaml | bootc-catalog release undo -`,
    );
  return withRegistryOptions(command).action(async (results: string, options: UndoOptions) => {
    await (await import('./undo.ts')).undoCommandLine(results, options);
  });
}
