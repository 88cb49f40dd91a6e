import { join } from 'node:path';
import { MESSAGE_LIMIT, type MessageEntry, STARTED_AT } from '#lib/tekton/objects';
import { readInside } from '../files/inside.ts';
import type { Artifacts, StepResult, TaskResult, TaskRunResult, TaskSpec } from '../model/api.ts';
import type { FeatureFlags } from '../model/feature-flags.ts';
import { internal, type Pod } from '../pod/pod.ts';
import type { Directory } from '../pod/volumes.ts';
import { parseArtifacts, type ReadStepArtifacts } from './artifacts.ts';
import { fitsMessage, oversized, toResult } from './results.ts';
import type { ReadStepResult } from './step-results.ts';

interface Context {
  readonly spec: TaskSpec;
  readonly pod: Pod;
  readonly directories: ReadonlyMap<string, Directory>;
}

/** Results of an earlier step by its container's name, as a later step reads them from /tekton/steps. */
export function stepResultReader(pod: Pod, directories: ReadonlyMap<string, Directory>): ReadStepResult {
  const root = directories.get(internal.run)?.path ?? '';
  return async (container, result) => {
    const index = pod.steps.findIndex(({ name }) => name === container);
    if (index < 0) return undefined;
    return (
      await readInside(root, join(String(index), 'status', 'results', result), MESSAGE_LIMIT)
    )?.toString('utf8');
  };
}

/** Artifacts of an earlier step by its container's name. */
export function stepArtifactsReader(
  pod: Pod,
  directories: ReadonlyMap<string, Directory>,
): ReadStepArtifacts {
  return async (container) => {
    const index = pod.steps.findIndex(({ name }) => name === container);
    const text = index < 0 ? undefined : await stepArtifacts(index, directories);
    return text === undefined ? undefined : parseArtifacts(text);
  };
}

async function stepArtifacts(
  index: number,
  directories: ReadonlyMap<string, Directory>,
): Promise<string | undefined> {
  const path = join(String(index), 'status', 'artifacts', 'provenance.json');
  return (await readInside(directories.get(internal.run)?.path ?? '', path, ARTIFACTS_LIMIT))?.toString(
    'utf8',
  );
}

/** Far more than a termination message carries, which fails the step in any case. */
const ARTIFACTS_LIMIT = 64 * 1024;

export interface StepReport {
  /** Written by the step itself. */
  readonly results: readonly TaskRunResult[];
  /** Results of the task that are there by now. */
  readonly taskResults: readonly TaskRunResult[];
  /** Written by the step itself. */
  readonly artifacts: Artifacts | undefined;
  /** Artifacts of the task as they stand by now. */
  readonly taskArtifacts: Artifacts | undefined;
  /** Does not fit into the termination message: the step fails. */
  readonly isTooLong: boolean;
  /** A result that is too large for a log, in Tekton's words: the TaskRun fails. */
  readonly oversized: string | undefined;
}

/**
 * What a step hands on at its end: its own results and every result of the task that is there by now, where
 * they fit into its termination message (readResultsFromDisk, pkg/entrypoint/entrypointer.go).
 */
export async function readResults(
  { spec, directories }: Context,
  index: number,
  { exitCode }: { readonly exitCode: number | undefined },
  flags: FeatureFlags,
): Promise<StepReport> {
  const run = directories.get(internal.run)?.path ?? '';
  const steps = join(String(index), 'status', 'results');
  const ofTask = await readTexts(directories.get(internal.results)?.path ?? '', '', taskResults(spec), flags);
  const ofStep = await readTexts(run, steps, spec.steps?.[index]?.results ?? [], flags);
  const report = {
    results: ofStep.map(({ declared, text }) => toResult(declared, text)),
    taskResults: ofTask.map(({ declared, text }) => toResult(declared, text)),
  };
  const entries: MessageEntry[] = [
    ...ofTask.map(({ declared, text }) => ({ key: declared.name, value: text, type: 1 as const })),
    ...ofStep.map(({ declared, text }) => ({ key: declared.name, value: text, type: 4 as const })),
  ];
  const own = await stepArtifacts(index, directories);
  const root = directories.get(internal.artifacts)?.path ?? '';
  const task = (await readInside(root, 'provenance.json', ARTIFACTS_LIMIT))?.toString('utf8');
  const artifacts = own === undefined ? undefined : parseArtifacts(own);
  const taskArtifacts = task === undefined ? undefined : parseArtifacts(task);
  if (flags.resultsFrom === 'sidecar-logs') {
    return { ...report, artifacts, taskArtifacts, isTooLong: false, oversized: oversized(entries, flags) };
  }
  if (!fitsMessage(entries, flags)) return nothing;
  // Only the time it started does not fit any more: the results are there, and the step fails all the same.
  entries.push(STARTED_AT);
  if (exitCode !== undefined) entries.push({ key: 'ExitCode', value: String(exitCode), type: 3 });
  if (own !== undefined) entries.push({ key: ARTIFACTS_KEY, value: own, type: 5 });
  if (task !== undefined) entries.push({ key: ARTIFACTS_KEY, value: task, type: 6 });
  if (!fitsMessage(entries, flags)) return { ...nothing, ...report };
  return { ...report, artifacts, taskArtifacts, isTooLong: false, oversized: undefined };
}

const nothing: StepReport = {
  results: [],
  taskResults: [],
  artifacts: undefined,
  taskArtifacts: undefined,
  isTooLong: true,
  oversized: undefined,
};

/** The path in the message has about this length. */
const ARTIFACTS_KEY = '/tekton/run/0/status/artifacts/provenance.json';

/** Those that its steps write as files; the others are results of steps. */
function taskResults({ results = [] }: TaskSpec): readonly TaskResult[] {
  return results.filter(({ value }) => value === undefined);
}

async function readTexts<R extends StepResult>(
  root: string,
  directory: string,
  declared: readonly R[],
  { maxResultSize }: FeatureFlags,
): Promise<readonly { readonly declared: R; readonly text: string }[]> {
  const limit = Math.max(MESSAGE_LIMIT, maxResultSize) * EXPANSION;
  const found = await Promise.all(
    declared.map(async (one) => {
      const content = await readInside(root, join(directory, one.name), limit);
      return content ? [{ declared: one, text: content.toString('utf8') }] : [];
    }),
  );
  return found.flat();
}

/** How much larger than its limit a text can be and still fit when compressed; what is beyond is cut, and refused. */
const EXPANSION = 32;
