import { explain } from '#lib/errors';
import { CLEAN } from './clean-scripts.ts';
import { type Connection, run } from './connection.ts';

interface Ours {
  readonly directory: string;
  readonly label: string;
}

/** Milliseconds for all of it. */
const TIME = 60_000;

/** @returns what is still there: `container <id>`, `volume <name>`, `directory <path>`; why nobody knows, where it is so */
export async function cleanUp(
  connection: Connection,
  { directory, label }: Ours,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(TIME);
  const patience = Math.min(connection.patience, TIME / 2);
  try {
    const left = await run({ ...connection, signal, patience }, 'it is cleaned up', {
      script: `directory=$1 label=$2\n${CLEAN}`,
      args: [directory, label],
    });
    return left.split('\n').filter((line) => line !== '');
  } catch (error) {
    const why = signal.aborted ? `it took more than ${TIME / 1000} s` : explain(error).split('\n')[0];
    return [`directory ${directory}, and what is labelled ${label} (${why})`];
  }
}
