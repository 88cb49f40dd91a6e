import { statSync } from 'node:fs';
import { Command } from 'commander';
import { redact } from '#lib/errors';
import {
  checkGiven,
  createResolvers,
  eachRun,
  type FileReader,
  type ImageMap,
  isPacFile,
  type LoadedObject,
  linkSecrets,
  loadFiles,
  loadPacFile,
  parseBuildHosts,
  parseBundleMapping,
  parseImageMapping,
  planRun,
  type RunChoice,
  type RunOptions,
  type RunPlan,
  readBuildHosts,
  runLocally,
  sortObjects,
  withoutOthers,
  withServiceAccountToken,
} from '#lib/local';
import type { ServedPodman } from '#lib/local/podman';
import { createRegistryClient } from '#lib/oci';
import type { Sink } from '#lib/runs';
import { printable } from '#lib/text';
import { cancelBySignal, given, usageError } from '../options/arguments.ts';
import { paintFor } from '../options/colour.ts';
import { exitCode } from '../options/exit-codes.ts';
import { registryOptions } from '../options/registry-options.ts';
import { breakShell } from './break-shell.ts';
import { debugOptions, plansText } from './debug-options.ts';
import { type RunCommandOptions, withRunOptions } from './run-options.ts';
import { sharedOutput } from './shared-output.ts';
import { parseOutputs, sinksOf } from './sinks.ts';

const codes = {
  Succeeded: exitCode.done,
  Failed: exitCode.runFailed,
  TimedOut: exitCode.timedOut,
  Cancelled: exitCode.cancelled,
} as const;
/** The last of them that there was among several runs is the verdict. */
const severity = [exitCode.done, exitCode.runFailed, exitCode.timedOut, exitCode.cancelled];

interface Call {
  readonly argv: readonly string[];
  /** It is starting already, and is closed by whoever started it. */
  readonly podman: Promise<ServedPodman> | undefined;
}

export function runCommand(call: Call): Command {
  return withRunOptions(new Command('run')).action((files: readonly string[], options: RunCommandOptions) =>
    runChosen({ ...options, file: [...files, ...options.file] }, call),
  );
}

async function runChosen(options: RunCommandOptions, { argv, podman }: Call): Promise<void> {
  const bundleMap = given(() => options.bundleMap.map(parseBundleMapping));
  const mapped = given(() => options.imageMap.map(parseImageMapping));
  const hosts = given(() => parseBuildHosts(options.host));
  const own = await ownCatalog(options);
  const imageMap = [...mapped, ...own.imageMap];
  const readPac: FileReader = (text, path) =>
    isPacFile(path, text) ? loadPacFile(path, text, options.pacParam) : undefined;
  if (options.file.length === 0 && !options.catalog)
    throw usageError(
      'there is nothing to run',
      'name files, as in run ci.yaml, or give --catalog for our own tasks and pipelines',
    );
  checkDirectories(options.workspace);
  const choice = choiceOf(options);
  const inFiles = withoutOthers(await loadFiles(options.file, readPac), choice);
  checkGiven(inFiles, options.featureFlag);
  const loaded = sortObjects([...inFiles, ...own.objects]);
  const linked = await linkSecrets(loaded, options.serviceaccountSecret);
  const withToken = await withServiceAccountToken(linked, options.serviceaccountToken);
  const objects = { ...withToken, buildHosts: await readBuildHosts(hosts) };
  using client = createRegistryClient(registryOptions(options));
  const output = sharedOutput(process.stdout);
  const onBreak = isInteractive(options) ? breakShell(output) : undefined;
  const shared = {
    choice,
    command: { arguments: argv.map(redact), directory: process.cwd() },
    imageMap,
    resolvers: createResolvers({ client, bundleMap, secrets: objects.secrets }),
    debug: debugOptions(options, onBreak),
    featureFlags: options.featureFlag,
    ...(podman === undefined ? {} : { podman }),
    ...(options.runsDirectory === undefined ? {} : { runsDirectory: options.runsDirectory }),
  };
  const runs = eachRun(objects, choice).map((one) => ({ ...shared, objects: one }));
  if (options.dryRun) {
    const plans = await inTurn(runs, planRun);
    const { findingsIn, warnOfFindings } = await import('../bundle/findings.ts');
    warnOfFindings(findingsIn(inFiles));
    // A person looks at the graph; a program that reads standard output gets all of it.
    const form = parseOutputs(options.output).form ?? (process.stdout.isTTY ? 'graph' : 'yaml');
    return output.write(plansText(plans, form, paintFor(process.stdout, options.color)));
  }
  // Each is looked at before the first one starts; one alone is looked at when it does.
  if (runs.length > 1 || options.localSteps) own.require(await inTurn(runs, planRun));
  process.exitCode = await runAll(runs, options, () => sinksOf(options, output, argv));
}

/** A pod would say so, too, but not before others have run. */
function checkDirectories(workspaces: RunCommandOptions['workspace']): void {
  for (const [name, path] of Object.entries(workspaces)) {
    if (path === '' || statSync(path, { throwIfNoEntry: false })?.isDirectory()) continue;
    throw usageError(`workspace ${printable(name)}: there is no directory ${printable(path, 1_000)}`);
  }
}

type Run = Pick<
  RunOptions,
  | 'objects'
  | 'command'
  | 'choice'
  | 'imageMap'
  | 'resolvers'
  | 'debug'
  | 'featureFlags'
  | 'runsDirectory'
  | 'podman'
>;

/** @returns the exit code of the worst */
async function runAll(
  runs: readonly Run[],
  options: RunCommandOptions,
  makeSinks: () => readonly Sink[],
): Promise<number> {
  const cancellation = cancelBySignal();
  const { graceful, hard } = cancellation;
  let sinks: readonly Sink[] = [];
  graceful.addEventListener('abort', () => setImmediate(() => tellCancelled(sinks, hard)));
  try {
    const verdicts = await inTurn(runs, async (run) => {
      if (graceful.aborted) return exitCode.cancelled;
      sinks = makeSinks();
      const { status } = await runLocally({
        ...run,
        // What runs in this machine's own root is reached and reaches as this machine does.
        network: options.network ?? (options.localSteps ? 'host' : 'pod'),
        unverifiedRegistries: [...options.plainHttp, ...options.insecure],
        sinks,
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

/** At once, and not when all has ended; not to a terminal that is closed. */
function tellCancelled(sinks: readonly Sink[], hard: AbortSignal): void {
  if (hard.aborted) return;
  const text = 'cancelling: what runs is ended, and finally tasks run; Ctrl-C again ends these, too';
  for (const sink of sinks) sink.event({ type: 'note', time: new Date().toISOString(), text });
}

async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  for (const one of all) done.push(await work(one));
  return done;
}

/** Our own tasks for --catalog and --local-steps; most runs need neither, and start without what reads them. */
async function ownCatalog({ catalog, localSteps }: RunCommandOptions): Promise<{
  readonly objects: readonly LoadedObject[];
  readonly imageMap: ImageMap;
  /** Throws where a plan needs of our own what is not there. */
  readonly require: (plans: readonly RunPlan[]) => void;
}> {
  const nothing = { objects: [], imageMap: [], require: () => {} };
  if (!catalog && !localSteps) return nothing;
  const own = await import('../own-catalog.ts');
  const objects = await own.loadOwnCatalog();
  return {
    objects: catalog ? objects : [],
    ...(localSteps
      ? { imageMap: own.localSteps(objects), require: own.requireLocalSteps }
      : { imageMap: [], require: () => {} }),
  };
}

/** Whether somebody can be given a shell; who reads JSON is a program. */
function isInteractive({ output }: RunCommandOptions): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && parseOutputs(output).form !== 'json';
}

function choiceOf({ run, pipeline, task, param, workspace }: RunCommandOptions): RunChoice {
  return {
    ...(run === undefined ? {} : { run }),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(task === undefined ? {} : { task }),
    params: param,
    workspaces: workspace,
  };
}
