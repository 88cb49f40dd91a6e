import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Done before each run, and not measured. */
  readonly before?: () => void;
}

/** Medians: milliseconds from exec to exit, and megabytes of the largest process among it and its children. */
export interface Measure {
  readonly milliseconds: number;
  readonly megabytes: number | undefined;
}

const TIME = '/usr/bin/time';

export interface Rounds {
  readonly runs: number;
  /** Before those that count. */
  readonly warmUps?: number;
  /** Under GNU time, apart from those that count. */
  readonly memoryRuns?: number;
}

export function measure(commands: readonly Command[], rounds: Rounds): Measure[] {
  const times = timesOf(commands, rounds);
  return commands.map((command, index) => ({
    milliseconds: median(times[index] ?? []),
    megabytes: peakMemory(command, rounds.memoryRuns ?? 3),
  }));
}

/**
 * Milliseconds of each run of each command. They run in turn, not one after the other, so that whatever else the
 * machine does meets all alike.
 */
export function timesOf(commands: readonly Command[], { runs, warmUps = 2 }: Rounds): number[][] {
  const times = commands.map((): number[] => []);
  for (let round = 0; round < warmUps + runs; round++) {
    commands.forEach((command, index) => {
      command.before?.();
      const started = performance.now();
      execute(command);
      if (round >= warmUps) times[index]?.push(performance.now() - started);
    });
  }
  return times;
}

/** The middle of a list of numbers, and what a quarter of them is below and above. */
export function quartiles(values: readonly number[]): { low: number; median: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { low: at(0.25), median: median(values), high: at(0.75) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const pair = [
    sorted[Math.ceil(middle) - 1] ?? Number.NaN,
    sorted[Math.floor(middle)] ?? Number.NaN,
  ] as const;
  return (pair[0] + pair[1]) / 2;
}

/**
 * Megabytes of the largest process, undefined without GNU time: apart from the timed runs, which that would slow
 * down, as Node cannot ask for the usage of a child.
 */
export function peakMemory({ program, args, env = {}, before }: Command, runs: number): number | undefined {
  if (runs === 0 || !existsSync(TIME)) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(directory, 'kilobytes');
  const peaks = Array.from({ length: runs }, () => {
    before?.();
    execute({ program: TIME, args: ['-f', '%M', '-o', file, program, ...args], env });
    return Number(readFileSync(file, 'utf8').trim()) / 1000;
  });
  rmSync(directory, { recursive: true });
  return median(peaks);
}

function execute({ program, args, env = {} }: Command): void {
  const { status, stderr, error } = spawnSync(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(`cannot measure ${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
