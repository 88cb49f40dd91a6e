import {
  createResolvers,
  InvalidRunError,
  parseImageMapping,
  parseObjects,
  type RunResult,
  runLocally,
  sortObjects,
  UnsupportedError,
} from '#lib/local';
import { createRegistryClient } from '#lib/oci';
import type { RunEvent } from '#lib/runs';
import type { ConformanceCase, Expectation } from './conformance-case.ts';

/**
 * Runs a case with podman, this machine's root in place of any image.
 *
 * @returns what was seen, of the same shape as what is expected
 */
export async function runCase(one: ConformanceCase, runsDirectory: string): Promise<Expectation> {
  const logs: { taskRun: string; step: string; text: string }[] = [];
  const control = controlOf(one);
  const collect = (event: RunEvent) => {
    if (event.type !== 'step-log') return;
    logs.push(event);
    control.saw(event.text);
  };
  try {
    const result = await runLocally({
      objects: sortObjects(parseObjects(one.yaml, one.file)),
      imageMap: [parseImageMapping('*=rootfs:/')],
      runsDirectory,
      resolvers,
      sinks: [{ event: collect }],
      ...(one.flags && { featureFlags: one.flags }),
      runtime: one.runtime,
      ...control.signals,
    });
    const shorten = shortenerOf(result);
    const label = result.run.kind === 'TaskRun' ? labelByStep : labelByTaskRun(shorten);
    return seen(one.expect, result, shorten, logs.map(label));
  } catch (error) {
    return refusal(one.expect, error);
  }
}

const resolvers = createResolvers({ client: createRegistryClient() });

function controlOf({ cancel }: ConformanceCase) {
  const now = new AbortController();
  const gracefully = new AbortController();
  const saw = (text: string) => {
    if (cancel?.on !== text) return;
    gracefully.abort();
    if (cancel.how === 'now') now.abort();
  };
  saw('start');
  return { signals: { signal: now.signal, gracefulSignal: gracefully.signal }, saw };
}

function shortenerOf({ run }: RunResult): (name: string | undefined) => string {
  const prefix = `${run.metadata?.name}-`;
  return (name = '') => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
}

const labelByStep = ({ step, text }: { step: string; text: string }) => `${step}: ${text}`;
const labelByTaskRun =
  (shorten: (name: string) => string) =>
  ({ taskRun, text }: { taskRun: string; text: string }) =>
    `${shorten(taskRun)}: ${text}`;

function seen(
  expected: Expectation,
  result: RunResult,
  shorten: (name?: string) => string,
  lines: readonly string[],
): Expectation {
  const { run, taskRuns, pipelineRuns } = result;
  const condition = run.status?.conditions?.[0];
  const pipelineStatus = run.kind === 'TaskRun' ? undefined : run.status;
  const reasons = [...taskRuns, ...pipelineRuns].map(
    ({ metadata, status }) => [shorten(metadata?.name), status?.conditions?.[0]?.reason ?? ''] as const,
  );
  const steps = taskRuns.flatMap(({ metadata, status }) =>
    (status?.steps ?? []).map(({ name = '', terminated, terminationReason, waiting }) => [
      run.kind === 'TaskRun' ? name : `${shorten(metadata?.name)}/${name}`,
      waiting
        ? `waiting ${waiting.reason}`
        : `${terminated?.exitCode} ${terminationReason ?? terminated?.reason}`,
    ]),
  );
  const all = {
    status: condition?.status as 'True' | 'False',
    reason: condition?.reason ?? '',
    message: condition?.message ?? '',
    messageMatches: matched(expected.messageMatches, condition?.message ?? ''),
    results: Object.fromEntries(result.results.map(({ name, value }) => [name, value])),
    tasks: Object.fromEntries(reasons),
    skipped: Object.fromEntries(
      (pipelineStatus && 'skippedTasks' in pipelineStatus ? (pipelineStatus.skippedTasks ?? []) : []).map(
        ({ name, reason }) => [name, reason],
      ),
    ),
    steps: Object.fromEntries(steps),
    logs: [...lines],
    logsInAnyOrder: [...lines].sort(),
    logsContain: (expected.logsContain ?? []).filter((line) => lines.some((one) => one.includes(line))),
    runStatus: partOf(expected.runStatus, run.status) as Record<string, unknown>,
    taskRunStatus: partOf(
      expected.taskRunStatus,
      Object.fromEntries(taskRuns.map(({ metadata, status }) => [shorten(metadata?.name), status])),
    ) as Record<string, Record<string, unknown>>,
    seconds: { atMost: Math.max(expected.seconds?.atMost ?? 0, result.seconds) },
  };
  // A run that was to be refused, and was not, shows how it ended instead.
  const keys = expected.refused ? ['status', 'reason', 'message'] : Object.keys(expected);
  return Object.fromEntries(Object.entries(all).filter(([key]) => keys.includes(key)));
}

/** The pattern itself where it matches, so that what is expected and what was seen are equal. */
function matched(pattern: string | undefined, text: string): string {
  return pattern !== undefined && new RegExp(pattern).test(text) ? pattern : text;
}

/** Those fields of a value that the expectation names. */
function partOf(expected: unknown, actual: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(actual))
    return actual.map((one, index) => (index < expected.length ? partOf(expected[index], one) : one));
  if (typeof expected !== 'object' || typeof actual !== 'object' || !expected || !actual) return actual;
  return Object.fromEntries(
    Object.entries(expected)
      .filter(([key]) => key in actual)
      .map(([key, value]) => [key, partOf(value, (actual as Record<string, unknown>)[key])]),
  );
}

function refusal({ refused }: Expectation, error: unknown): Expectation {
  // A crash of ours is no refusal, and no deviation either.
  if (!(error instanceof InvalidRunError || error instanceof UnsupportedError)) throw error;
  const reason = error instanceof InvalidRunError ? error.reason : undefined;
  const message = refused && error.message.includes(refused.message) ? refused.message : error.message;
  return { refused: { error: error.name, message, ...(refused?.reason !== undefined && { reason }) } };
}
