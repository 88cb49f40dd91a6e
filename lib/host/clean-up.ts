import { explain } from '#lib/errors';
import { type Connection, run } from './connection.ts';
import { STOP } from './job-scripts.ts';

interface Ours {
  readonly directory: string;
  readonly label: string;
}

/** Milliseconds for all of it. */
const TIME = 60_000;

/**
 * Ends the jobs, within ten seconds each, removes what carries the label, then the directory, and prints what is still there. Files that a container without root
 * made belong to users of its own, whom only podman's name space knows.
 */
const CLEAN = `directory=$1 label=$2
set -- 100 "$directory"/jobs/*
${STOP}
[ ! -e "$directory/lingers" ] || loginctl disable-linger >/dev/null 2>&1
if command -v podman >/dev/null 2>&1; then
  for id in $(podman ps --all --quiet --filter "label=$label"); do
    podman rm --force --volumes --time 0 "$id" >/dev/null 2>&1 || echo "container $id"
  done
  for id in $(podman volume ls --quiet --filter "label=$label"); do
    podman volume rm --force "$id" >/dev/null 2>&1 || echo "volume $id"
  done
fi
rm -rf -- "$directory" 2>/dev/null || podman unshare rm -rf -- "$directory" 2>/dev/null
[ ! -e "$directory" ] || echo "directory $directory"`;

/** @returns what is still there: `container <id>`, `volume <name>`, `directory <path>`; why nobody knows, where it is so */
export async function cleanUp(
  connection: Connection,
  { directory, label }: Ours,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(TIME);
  const patience = Math.min(connection.patience, TIME / 2);
  try {
    const left = await run({ ...connection, signal, patience }, 'it is cleaned up', {
      script: CLEAN,
      args: [directory, label],
    });
    return left.split('\n').filter((line) => line !== '');
  } catch (error) {
    const why = signal.aborted ? `it took more than ${TIME / 1000} s` : explain(error).split('\n')[0];
    return [`directory ${directory}, and what is labelled ${label} (${why})`];
  }
}
