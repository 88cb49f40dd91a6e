import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootId } from '#lib/process';
import { removeDirectory } from '../files/remove-directory.ts';

const OWNER = 'owner.json';

interface Owner extends Outside {
  readonly pid: number;
  /** When the process started, in ticks since boot: a number of a process is used again. */
  readonly started: string;
  readonly boot: string;
}

/** What a run has outside its own directory. */
export interface Outside {
  /** What its containers are labelled with. */
  readonly runId: string;
  /** The directory with the backend's socket. */
  readonly socket: string;
}

/** Says whose a work directory is, so that what a killed engine left can be told from what is in use. */
export async function claimWork(work: string, outside: Outside): Promise<void> {
  const owner: Owner = {
    pid: process.pid,
    started: await startOf(process.pid),
    boot: await bootId(),
    ...outside,
  };
  await writeFile(join(work, OWNER), JSON.stringify(owner));
}

/** Removes what runs left whose engine was killed: what they have outside, then their volumes. */
export async function removeLeftovers(
  runs: string,
  removeOutside: (outside: Outside) => Promise<void>,
): Promise<void> {
  for await (const { work, owner } of leftIn(runs)) {
    await removeOutside(owner);
    await removeDirectory(work);
  }
}

/** Whether there are runs whose engine was killed, and that nobody has cleared. */
export async function hasLeftovers(runs: string): Promise<boolean> {
  for await (const _ of leftIn(runs)) return true;
  return false;
}

async function* leftIn(runs: string): AsyncGenerator<{ readonly work: string; readonly owner: Owner }> {
  for (const run of await readdir(runs).catch(() => [])) {
    const work = join(runs, run, 'work');
    const owner = await ownerOf(work);
    if (owner && !(await isAlive(owner))) yield { work, owner };
  }
}

/** Whether the engine that works in a directory is alive. */
export async function isInUse(work: string): Promise<boolean> {
  const owner = await ownerOf(work);
  return owner !== undefined && isAlive(owner);
}

async function ownerOf(work: string): Promise<Owner | undefined> {
  const text = await readFile(join(work, OWNER), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : { socket: '', ...(JSON.parse(text) as Omit<Owner, 'socket'>) };
}

async function isAlive({ pid, started, boot }: Owner): Promise<boolean> {
  return boot === (await bootId()) && started === (await startOf(pid).catch(() => ''));
}

async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The program's name, in parentheses, may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // One that has ended, and that nobody has waited for.
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}
