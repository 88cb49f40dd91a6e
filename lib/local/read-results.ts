import { join } from 'node:path';
import type { Artifacts, TaskRunResult, TaskSpec } from './api.ts';
import { parseArtifacts, type ReadStepArtifacts } from './artifacts.ts';
import { readInside } from './inside.ts';
import { internal, type Pod } from './pod.ts';
import { MESSAGE_LIMIT, type MessageEntry, messageSize, toResult } from './results.ts';
import type { ReadStepResult } from './step-results.ts';
import type { Directory } from './volumes.ts';

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
  /** Of the step itself. */
  readonly results: readonly TaskRunResult[];
  /** Of the task, as far as they are there by now. */
  readonly taskResults: readonly TaskRunResult[];
  /** Of the step itself. */
  readonly artifacts: Artifacts | undefined;
  /** Of the task, as it stands by now. */
  readonly taskArtifacts: Artifacts | undefined;
  readonly isTooLong: boolean;
}

/**
 * What a step hands on at its end: its own results and every result of the task that is there by now, where
 * they fit into its termination message (readResultsFromDisk, pkg/entrypoint/entrypointer.go).
 */
export async function readResults(
  { spec, directories }: Context,
  index: number,
  { exitCode }: { readonly exitCode: number | undefined },
): Promise<StepReport> {
  const texts = await taskResultTexts(spec, directories);
  const entries: MessageEntry[] = Array.from(texts, ([key, value]) => ({ key, value, type: 1 }));
  const root = directories.get(internal.run)?.path ?? '';
  const results: TaskRunResult[] = [];
  for (const declared of spec.steps?.[index]?.results ?? []) {
    const path = join(String(index), 'status', 'results', declared.name);
    const text = (await readInside(root, path, MESSAGE_LIMIT))?.toString('utf8');
    if (text === undefined) continue;
    entries.push({ key: declared.name, value: text, type: 4 });
    results.push(toResult(declared, text));
  }
  if (messageSize(entries) > MESSAGE_LIMIT) return nothing;
  const taskResults = (spec.results ?? []).flatMap((declared) => {
    const text = texts.get(declared.name);
    return text === undefined ? [] : [toResult(declared, text)];
  });
  // Only the time it started does not fit any more: the results are there, and the step fails all the same.
  entries.push({ key: 'StartedAt', value: '2006-01-02T15:04:05.000Z', type: 3 });
  if (exitCode !== undefined) entries.push({ key: 'ExitCode', value: String(exitCode), type: 3 });
  const own = await stepArtifacts(index, directories);
  const task = await readInside(
    directories.get(internal.artifacts)?.path ?? '',
    'provenance.json',
    ARTIFACTS_LIMIT,
  );
  if (own !== undefined) entries.push({ key: ARTIFACTS_KEY, value: own, type: 5 });
  if (task) entries.push({ key: ARTIFACTS_KEY, value: task.toString('utf8'), type: 6 });
  const isTooLong = messageSize(entries) > MESSAGE_LIMIT;
  return {
    results,
    taskResults,
    artifacts: own === undefined || isTooLong ? undefined : parseArtifacts(own),
    taskArtifacts: task && !isTooLong ? parseArtifacts(task.toString('utf8')) : undefined,
    isTooLong,
  };
}

const nothing: StepReport = {
  results: [],
  taskResults: [],
  artifacts: undefined,
  taskArtifacts: undefined,
  isTooLong: true,
};

/** The path in the message has about this length. */
const ARTIFACTS_KEY = '/tekton/run/0/status/artifacts/provenance.json';

/** The results of the task itself that its steps have written, by name. */
async function taskResultTexts(
  spec: TaskSpec,
  directories: ReadonlyMap<string, Directory>,
): Promise<ReadonlyMap<string, string>> {
  const root = directories.get(internal.results)?.path ?? '';
  const texts = new Map<string, string>();
  for (const { name, value } of spec.results ?? []) {
    if (value !== undefined) continue;
    const content = await readInside(root, name, MESSAGE_LIMIT);
    if (content) texts.set(name, content.toString('utf8'));
  }
  return texts;
}
