import { run, ToolError } from '#lib/process';
import type { ContainerRecord } from '../backend.ts';
import type { Invocation } from './invocation.ts';

/** Podman gives the year 1 for what never was. */
export const NEVER_STARTED = Date.parse('1971-01-01T00:00:00Z');

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly State: {
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
  };
}

/** What podman knows about containers, by their names; one that is not there is left out. */
export async function inspectContainers(
  invocation: Invocation,
  names: readonly string[],
): Promise<ReadonlyMap<string, ContainerRecord>> {
  if (names.length === 0) return new Map();
  const list = JSON.parse(await inspect(invocation, names)) as readonly Inspected[];
  return new Map(
    list.map(({ Id, Name, Image, State }) => [
      Name,
      {
        id: Id,
        imageId: Image,
        startedAt: new Date(State.StartedAt),
        finishedAt: new Date(State.FinishedAt),
        exitCode: State.ExitCode,
        oomKilled: State.OOMKilled,
      },
    ]),
  );
}

async function inspect(invocation: Invocation, names: readonly string[]): Promise<string> {
  try {
    return (await run('podman', [...invocation.global, 'container', 'inspect', ...names])).stdout;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (names.length === 1) return '[]';
    // One missing name spoils the answer for all.
    const parts = await Promise.all(names.map((name) => inspect(invocation, [name])));
    return JSON.stringify(parts.flatMap((part) => JSON.parse(part) as readonly Inspected[]));
  }
}
