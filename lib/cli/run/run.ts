import { Command } from 'commander';
import {
  createResolvers,
  eachRun,
  type FileReader,
  type ImageMap,
  isPacFile,
  type LoadedObject,
  linkSecrets,
  loadFiles,
  loadPacFile,
  parseBundleMapping,
  parseImageMapping,
  planRun,
  type RunChoice,
  type RunOptions,
  readBuildHosts,
  runLocally,
  sortObjects,
  withServiceAccountToken,
} from '#lib/local';
import type { ServedPodman } from '#lib/local/podman';
import { createRegistryClient } from '#lib/oci';
import { jsonSink, plainSink, type Sink, treeSink } from '#lib/runs';
import {
  append,
  cancelBySignal,
  count,
  directory,
  directoryPair,
  given,
  noOutput,
  pair,
  usageError,
} from '../options/arguments.ts';
import { exitCode, exitCodesHelp } from '../options/exit-codes.ts';
import { type RegistryChoice, registryOptions, withRegistryOptions } from '../options/registry-options.ts';
import { breakShell } from './break-shell.ts';
import { type DebugChoice, debugHelp, debugOptions, plansText, withDebugOptions } from './debug-options.ts';
import { type SharedOutput, sharedOutput } from './shared-output.ts';

interface Options extends RegistryChoice, DebugChoice {
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
  readonly output?: string;
}

const codes = {
  Succeeded: exitCode.done,
  Failed: exitCode.runFailed,
  TimedOut: exitCode.timedOut,
  Cancelled: exitCode.cancelled,
} as const;
/** The last of them that there was among several runs is the verdict. */
const severity = [exitCode.done, exitCode.runFailed, exitCode.timedOut, exitCode.cancelled];

/** @param podman that is starting already, and is closed by whoever started it */
export function runCommand(podman?: Promise<ServedPodman>): Command {
  const command = new Command('run')
    .description('Run a PipelineRun or TaskRun on this machine with podman, without Kubernetes.')
    .option(
      '-f, --file <path>',
      'YAML file or directory with Tekton objects, - for standard input; may be repeated',
      append,
      [],
    )
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
      'build for this PLATFORM on ssh://user@address[:port],key=file[,known-hosts=file], and not here; may be repeated',
      append,
      [],
    )
    .option(
      '--local-steps',
      "run the steps of this catalog's tasks in this machine's own root, from dist/steps, which make build makes",
      false,
    )
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
    .option(
      '--feature-flag <name=value>',
      "as in Tekton's ConfigMap feature-flags; may be repeated",
      pair,
      {},
    )
    .option(
      '--pac-param <name=value>',
      'value for a {{ }} of Pipelines-as-Code, over what the git repository says; may be repeated',
      pair,
      {},
    )
    .option(
      '--network <name>',
      "pod: a network namespace for each TaskRun; host: this machine's own, loopback included; or a network of podman's (default: host with --local-steps, else pod)",
    )
    .option('--parallel <number>', 'tasks at a time; one for each core unless told', count)
    .option('--runs-directory <directory>', 'where the run is kept', directory)
    .option('-o, --output <form>', 'tree (on a terminal), plain or json; yaml or json of a dry run')
    .addHelpText(
      'after',
      `
${exitCodesHelp('done', 'failed', 'usage', 'environment', 'invalid', 'runFailed', 'timedOut', 'cancelled')}

The first Ctrl-C cancels what runs and lets finally tasks run; the second cancels these too. Of several runs nothing is
started unless all of them are valid, none is after one that was cancelled, and the worst decides.

Examples:
  bootc-catalog run -f pipelinerun.yaml -f tasks/
  bootc-catalog run -f bundles/rendered/tasks --task apply-tags -p IMAGE_URL=127.0.0.1:5000/a/b:1 \\
    -p IMAGE_DIGEST=sha256:… -p ADDITIONAL_TAGS=x,y --image-map 'quay.io/*/steps=localhost/bootc-catalog-steps'
  bootc-catalog run -f push.yaml --serviceaccount-secret "$XDG_RUNTIME_DIR/containers/auth.json"
  bootc-catalog run --catalog --local-steps --task apply-tags -p IMAGE_URL=127.0.0.1:5000/a/b:1 …
  bootc-catalog run -f .tekton/push.yaml --bundle-map 'quay.io/bootc-devel/tekton-catalog/*=./bundles/rendered/tasks'
${debugHelp}`,
    );
  return withRegistryOptions(withDebugOptions(command)).action(async (options: Options) => {
    const bundleMap = given(() => options.bundleMap.map(parseBundleMapping));
    const mapped = given(() => options.imageMap.map(parseImageMapping));
    const own = await ownCatalog(options);
    const imageMap = [...mapped, ...own.imageMap];
    const readPac: FileReader = (text, path) =>
      isPacFile(path, text) ? loadPacFile(path, text, options.pacParam) : undefined;
    if (options.file.length === 0 && !options.catalog)
      throw usageError(
        'there is nothing to run',
        'give files with -f, or --catalog for our own tasks and pipelines',
      );
    const inFiles = await loadFiles(options.file, readPac);
    const loaded = sortObjects([...inFiles, ...own.objects]);
    const linked = await linkSecrets(loaded, options.serviceaccountSecret);
    const withToken = await withServiceAccountToken(linked, options.serviceaccountToken);
    const objects = { ...withToken, buildHosts: await readBuildHosts(options.host) };
    using client = createRegistryClient(registryOptions(options));
    const output = sharedOutput(process.stdout);
    const onBreak = isInteractive(options) ? breakShell(output) : undefined;
    const choice = choiceOf(options);
    const shared = {
      choice,
      imageMap,
      resolvers: createResolvers({ client, bundleMap, secrets: objects.secrets }),
      debug: debugOptions(options, onBreak),
      ...(podman === undefined ? {} : { podman }),
      ...(options.runsDirectory === undefined ? {} : { runsDirectory: options.runsDirectory }),
    };
    const runs = eachRun(objects, choice).map((one) => ({ ...shared, objects: one }));
    if (options.dryRun) {
      const plans = await inTurn(runs, planRun);
      const { findingsIn, warnOfFindings } = await import('../bundle/findings.ts');
      warnOfFindings(findingsIn(inFiles));
      return output.write(plansText(plans, options.output));
    }
    // Each is looked at before the first one starts; one alone is looked at when it does.
    if (runs.length > 1) await inTurn(runs, planRun);
    process.exitCode = await runAll(runs, options, output);
  });
}

type Run = Pick<
  RunOptions,
  'objects' | 'choice' | 'imageMap' | 'resolvers' | 'debug' | 'runsDirectory' | 'podman'
>;

/** @returns the exit code of the worst */
async function runAll(runs: readonly Run[], options: Options, output: SharedOutput): Promise<number> {
  const cancellation = cancelBySignal();
  const { graceful, hard } = cancellation;
  try {
    const verdicts = await inTurn(runs, async (run) => {
      if (graceful.aborted) return exitCode.cancelled;
      const { status } = await runLocally({
        ...run,
        featureFlags: options.featureFlag,
        // What runs in this machine's own root is reached and reaches as this machine does.
        network: options.network ?? (options.localSteps ? 'host' : 'pod'),
        unverifiedRegistries: [...options.plainHttp, ...options.insecure],
        sinks: [sinkOf(options.output, output)],
        ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
        gracefulSignal: graceful,
        signal: hard,
      });
      return codes[status];
    });
    return severity.findLast((code) => verdicts.includes(code)) ?? exitCode.done;
  } finally {
    cancellation.stop();
  }
}

async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  for (const one of all) done.push(await work(one));
  return done;
}

/** Our own tasks for --catalog and --local-steps; most runs need neither, and start without what reads them. */
async function ownCatalog({ catalog, localSteps }: Options): Promise<{
  readonly objects: readonly LoadedObject[];
  readonly imageMap: ImageMap;
}> {
  if (!catalog && !localSteps) return { objects: [], imageMap: [] };
  const own = await import('../own-catalog.ts');
  const objects = await own.loadOwnCatalog();
  return { objects: catalog ? objects : [], imageMap: localSteps ? own.localSteps(objects) : [] };
}

/** Whether somebody can be given a shell; who reads JSON is a program. */
function isInteractive({ output }: Options): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && output !== 'json';
}

function choiceOf({ run, pipeline, task, param, workspace }: Options): RunChoice {
  return {
    ...(run === undefined ? {} : { run }),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(task === undefined ? {} : { task }),
    params: param,
    workspaces: workspace,
  };
}

function sinkOf(form: string | undefined, { write, isTaken }: SharedOutput): Sink {
  const { stdout } = process;
  switch (form ?? (stdout.isTTY ? 'tree' : 'plain')) {
    case 'tree':
      return treeSink({ write, isTaken, columns: () => stdout.columns || 80, rows: () => stdout.rows || 24 });
    case 'plain':
      return plainSink(write);
    case 'json':
      return jsonSink(write);
    default:
      throw noOutput(form, 'tree, plain or json');
  }
}
