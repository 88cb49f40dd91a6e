import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LogLine, makeLabels, parseLogLine, type RunSummary, readEvents } from '#lib/runs';
import { isInUse } from './leftovers.ts';

/** A line of a step's log, with whose it is. */
export interface StoredLine extends LogLine {
  /** The pipeline task's name. */
  readonly task: string;
  readonly taskRun: string;
  /** The task, and what tells it from its siblings in a matrix. */
  readonly label: string;
  readonly step: string;
}

export interface LogOptions {
  /** Only these pipeline tasks or TaskRuns; all of them unless told. */
  readonly tasks?: readonly string[];
  readonly steps?: readonly string[];
  /** Goes on until the run ends. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

const INTERVAL = 200;
const CHUNK = 64 * 1024;

/** What the steps of a run have written, in the order of time. */
export async function* readLogs(
  { directory }: Pick<RunSummary, 'directory'>,
  { tasks, steps, follow = false, signal }: LogOptions = {},
): AsyncGenerator<StoredLine> {
  const places = new Map<string, Place>();
  for (;;) {
    // Asked first: what is written until it ends is read after that.
    const goesOn = follow && !signal?.aborted && (await isInUse(join(directory, 'work')));
    const files = (await listFiles(directory)).filter(
      ({ task, taskRun, label, step }) =>
        (!tasks || [task, taskRun, label].some((one) => tasks.includes(one))) &&
        (!steps || steps.includes(step)),
    );
    yield* merge(files.map((file) => readLines(file, places, signal)));
    if (!goesOn) return;
    await sleep(INTERVAL, undefined, { signal }).catch(() => undefined);
  }
}

interface LogFile extends Pick<StoredLine, 'task' | 'taskRun' | 'label' | 'step'> {
  readonly path: string;
}

async function listFiles(directory: string): Promise<readonly LogFile[]> {
  const events = await readEvents(directory);
  const names = new Map(
    events.flatMap((event) => (event.type === 'task-start' ? [[event.taskRun, event.task] as const] : [])),
  );
  const labels = makeLabels(events);
  const logs = join(directory, 'logs');
  const lists = await Promise.all(
    (await readdir(logs).catch((): string[] => [])).sort().map(async (taskRun) => {
      const entries = await readdir(join(logs, taskRun), { withFileTypes: true }).catch(() => []);
      const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
      return files.sort().map((file) => ({
        path: join(logs, taskRun, file),
        task: names.get(taskRun) ?? taskRun,
        taskRun,
        label: labels.of({ task: names.get(taskRun) ?? taskRun, taskRun }),
        step: file.replace(/\.log$/, ''),
      }));
    }),
  );
  return lists.flat();
}

/** How far a log has been read, and, where that is within a line that is too long, whose part comes next. */
interface Place {
  readonly position: number;
  readonly within?: { readonly line: LogLine | undefined };
}

/** Longer lines come in parts. The engine writes none of such a length, so that one is of somebody else. */
const LONGEST = 256 * 1024;

/** The whole lines from where the last reading ended. */
async function* readLines(
  { path, ...of }: LogFile,
  places: Map<string, Place>,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredLine> {
  const file = await open(path);
  try {
    let place = places.get(path) ?? { position: 0 };
    let rest = Buffer.alloc(0);
    while (!signal?.aborted) {
      const { bytesRead, buffer } = await file.read(
        Buffer.alloc(CHUNK),
        0,
        CHUNK,
        place.position + rest.length,
      );
      if (bytesRead === 0) return;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      for (;;) {
        const end = rest.indexOf(10);
        if (end === -1 && rest.length <= LONGEST) break;
        const isWhole = end !== -1;
        const line = partOf(rest.toString('utf8', 0, isWhole ? end : LONGEST), isWhole, place.within);
        const taken = isWhole ? end + 1 : LONGEST;
        rest = rest.subarray(taken);
        const position = place.position + taken;
        place = isWhole ? { position } : { position, within: { line } };
        places.set(path, place);
        if (line) yield { ...line, ...of };
      }
    }
  } finally {
    await file.close();
  }
}

/** A line, or a part of one: what has no beginning that an engine wrote is passed over to its end. */
function partOf(text: string, isEnd: boolean, within: Place['within']): LogLine | undefined {
  if (within) return within.line && { ...within.line, isWhole: isEnd, text };
  const line = parseLogLine(text);
  return line && { ...line, isWhole: line.isWhole && isEnd };
}

/** Several sorted logs as one. */
async function* merge(sources: readonly AsyncGenerator<StoredLine>[]): AsyncGenerator<StoredLine> {
  const heads = await Promise.all(
    sources.map(async (source) => ({ source, line: (await source.next()).value as StoredLine | undefined })),
  );
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.line && (!first?.line || head.line.time < first.line.time)) first = head;
    }
    if (!first?.line) return;
    yield first.line;
    first.line = (await first.source.next()).value as StoredLine | undefined;
  }
}
