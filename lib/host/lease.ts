import { CLEAN } from './clean-scripts.ts';
import type { Connection } from './connection.ts';
import { ssh } from './ssh.ts';

/** Seconds after which the keeper looks again. */
const STEP = 5;
/** Seconds in which a host that nobody asks for anything keeps what is there: far more than our patience with it. */
const LEASE = 1800;
/** The same after somebody has begun to clean up, and has not ended with it. */
const CLOSING = 120;
/** Milliseconds between two renewals. */
const RENEWAL = 60_000;

/**
 * Runs on the host, in a session of its own: `$1` our directory, `$2` the label. Whoever was to clean up may be killed
 * with its machine; so what is there goes when `seen` has not been touched for as many looks as `lease` says. It counts
 * looks, as a machine that has just started may set its clock.
 */
const KEEPER = `directory=$1 label=$2 idle=0 before=
while sleep ${STEP}; do
  [ -d "$directory" ] || exit 0
  seen=$(stat -c %Y -- "$directory/keeper/seen") && lease=$(cat "$directory/keeper/lease") || continue
  [ "$seen" = "$before" ] || idle=0
  [ ! -e "$directory/closing" ] || lease=${CLOSING / STEP}
  before=$seen
  idle=$((idle + 1))
  [ "$idle" -lt "$lease" ] || break
done
${CLEAN}`;

/** Shell script that starts the keeper, once: `$1` our directory, `$2` the label, `$3` its script, `$4` the lease. */
export const START_KEEPER = `if mkdir -- "$1/keeper" 2>/dev/null; then
  : > "$1/keeper/seen" && echo "$4" > "$1/keeper/lease" || exit 1
  setsid sh -c 'echo $$ > "$1/keeper/pid" && exec sh -c "$3" keeper "$1" "$2"' sh "$1" "$2" "$3" < /dev/null > /dev/null 2>&1 &
fi`;

/** `$3` and `$4` of `START_KEEPER`. */
export const keeperArguments: readonly string[] = [KEEPER, String(LEASE / STEP)];

/** Tells the keeper of `directory` again and again that somebody still wants what is there, until it is disposed of. */
export function renewLease({ access }: Connection, directory: string): Disposable {
  const ended = new AbortController();
  const script = 'touch -c -- "$1"';
  const timer = setInterval(() => {
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(RENEWAL / 2)]);
    // A connection that fails is told where something is done over it.
    ssh(access, { script, args: [`${directory}/keeper/seen`], signal }).catch(() => {});
  }, RENEWAL);
  timer.unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      ended.abort();
    },
  };
}
