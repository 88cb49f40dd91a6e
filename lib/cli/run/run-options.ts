import type { Command } from 'commander';
import { append, count, directory, directoryPair, pair } from '../options/arguments.ts';
import type { When } from '../options/colour.ts';
import { exitCodesHelp } from '../options/exit-codes.ts';
import { type RegistryChoice, withRegistryOptions } from '../options/registry-options.ts';
import { type DebugChoice, debugHelp, withDebugOptions } from './debug-options.ts';

/** What a caller of `run` may say. */
export interface RunCommandOptions extends RegistryChoice, DebugChoice {
  readonly file: readonly string[];
  readonly run?: string;
  readonly pipeline?: string;
  readonly task?: string;
  readonly param: Readonly<Record<string, string>>;
  readonly workspace: Readonly<Record<string, string>>;
  readonly serviceaccountSecret: readonly string[];
  readonly serviceaccountToken?: string;
  readonly host: readonly string[];
  readonly catalog: boolean;
  readonly localSteps: boolean;
  readonly imageMap: readonly string[];
  readonly bundleMap: readonly string[];
  readonly featureFlag: Readonly<Record<string, string>>;
  readonly pacParam: Readonly<Record<string, string>>;
  readonly network?: string;
  readonly parallel?: number;
  readonly runsDirectory?: string;
  readonly output: readonly string[];
  readonly color?: When;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

const LOCAL_STEPS =
  "run the steps of this catalog's tasks in this machine's own root, from dist/steps, which make build makes";

/** Gives the command its description, options and help. */
export function withRunOptions(command: Command): Command {
  command
    .description('Run a PipelineRun or TaskRun on this machine with podman, without Kubernetes.')
    .argument('[file...]', 'YAML files or directories with Tekton objects, - for standard input')
    .optionsGroup('What runs:')
    .option('-f, --file <path>', 'the same as an option; may be repeated', append, [])
    .option('--catalog', "this catalog's own Tasks and Pipelines, as if given with -f", false)
    .option('--run <name>', 'only this PipelineRun or TaskRun; without it, one after the other')
    .option('--pipeline <name>', 'run this Pipeline')
    .option('--task <name>', 'run this Task')
    .option(
      '-p, --param <name=value>',
      'a param; for an array its elements between commas; may be repeated',
      pair,
      {},
    )
    .option(
      '-w, --workspace <name=directory>',
      'a directory of this machine, or nothing for an emptyDir; may be repeated',
      directoryPair,
      {},
    )
    .option(
      '--pac-param <name=value>',
      'value for a {{ }} of Pipelines-as-Code, over what the git repository says; may be repeated',
      pair,
      {},
    )
    .option(
      '--feature-flag <name=value>',
      "as in Tekton's ConfigMap feature-flags; may be repeated",
      pair,
      {},
    )
    .option('--parallel <number>', 'tasks at a time; one for each core unless told', count)
    .optionsGroup('Images, bundles and steps:')
    .option('--local-steps', LOCAL_STEPS, false)
    .option(
      '--image-map <image=target>',
      'run another image, or rootfs:/[,user=uid:gid][,mount=directory:path]; may be repeated',
      append,
      [],
    )
    .option(
      '--bundle-map <reference=target>',
      'take bundles from a file, a directory, oci:<layout> or another reference; * for anything; may be repeated',
      append,
      [],
    )
    .optionsGroup('Accounts, hosts and network:')
    .option(
      '--serviceaccount-secret <secret>',
      'for every ServiceAccount: a Secret among the files, or a file such as ~/.docker/config.json; may be repeated',
      append,
      [],
    )
    .option(
      '--serviceaccount-token <file>',
      'what volumes of type serviceAccountToken hold; without it, nothing',
    )
    .option(
      '--host <platform=host>',
      'build for this PLATFORM on ssh://user@address[:port],key=file[,known-hosts=file][,patience=duration], and not here; may be repeated',
      append,
      [],
    )
    .option(
      '--network <name>',
      "pod: a network namespace for each TaskRun; host: this machine's own, loopback included; or a network of podman's (default: host with --local-steps, else pod)",
    )
    .optionsGroup('Output:')
    .option('--runs-directory <directory>', 'where the run is kept', directory)
    .option(
      '-o, --output <form>',
      'tree (on a terminal), plain, json, github, gitlab (on them), or junit=<file> beside it; graph (on a terminal), yaml or json of a dry run',
      append,
      [],
    )
    .option('-q, --quiet', 'tell the end alone: the verdict, and why', false)
    .option('-v, --verbose', 'tell also what starts and ends', false)
    .addHelpText(
      'after',
      `
${exitCodesHelp('done', 'failed', 'usage', 'environment', 'invalid', 'runFailed', 'timedOut', 'cancelled')}

The first Ctrl-C cancels what runs and lets finally tasks run; the second cancels these too. Of several runs nothing is
started unless all of them are valid, none is after one that was cancelled, and the worst decides.

Examples:
  bootc-catalog run pipelinerun.yaml tasks/
  bootc-catalog run -f bundles/rendered/tasks --task apply-tags -p IMAGE_URL=127.0.0.1:5000/a/b:1 \\
    -p IMAGE_DIGEST=sha256:… -p ADDITIONAL_TAGS=x,y --image-map 'quay.io/*/steps=localhost/bootc-catalog-steps'
  bootc-catalog run -f push.yaml --serviceaccount-secret "$XDG_RUNTIME_DIR/containers/auth.json"
  bootc-catalog run --catalog --local-steps --task apply-tags -p IMAGE_URL=127.0.0.1:5000/a/b:1 …
  bootc-catalog run -f .tekton/push.yaml --bundle-map 'quay.io/bootc-devel/tekton-catalog/*=./bundles/rendered/tasks'
${debugHelp}`,
    );
  withDebugOptions(command.optionsGroup('Debugging and parts of a run:'));
  return withRegistryOptions(command.optionsGroup('Registries:'));
}
