import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Medians: milliseconds from exec to exit, and megabytes of the largest process among it and its children. */
export interface Measure {
  readonly milliseconds: number;
  readonly megabytes: number | undefined;
}

const TIME = '/usr/bin/time';
const WARM_UPS = 2;
const MEMORY_RUNS = 3;

/** Runs the commands in turn, not one after the other, so that whatever else the machine does meets all alike. */
export function measure(commands: readonly Command[], runs: number): Measure[] {
  const times = commands.map((): number[] => []);
  for (let round = 0; round < WARM_UPS + runs; round++) {
    commands.forEach((command, index) => {
      const started = performance.now();
      execute(command);
      if (round >= WARM_UPS) times[index]?.push(performance.now() - started);
    });
  }
  return commands.map((command, index) => ({
    milliseconds: median(times[index] ?? []),
    megabytes: existsSync(TIME) ? peakMemory(command) : undefined,
  }));
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

/** By GNU time, apart from the timed runs, which it would slow down: Node cannot ask for the usage of a child. */
function peakMemory({ program, args, env = {} }: Command): number {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(directory, 'kilobytes');
  const peaks = Array.from({ length: MEMORY_RUNS }, () => {
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
