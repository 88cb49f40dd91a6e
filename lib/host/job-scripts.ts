import { InvalidHostError } from './errors.ts';
import { ENTER, shellWord, shellWords } from './shell.ts';

export interface JobOptions {
  /** The program and its arguments: data, whatever is in them; the kernel takes 128 KiB in each, 2 MiB in all. */
  readonly argv: readonly string[];
  /** Added to the environment of the session; each of the kernel's 128 KiB. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * What a job runs: a file, as the arguments of a program are seen by everybody on the host, and a command line of ssh has
 * 128 KiB at most.
 *
 * @throws {InvalidHostError} for the name of a variable that no shell takes, or a NUL
 */
export function jobScript(directory: string, { argv, environment = {} }: JobOptions): string {
  const exports = Object.entries(environment).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new InvalidHostError(`the build host takes no variable of the name ${JSON.stringify(name)}`);
    return `export ${name}=${shellWord(value)}\n`;
  });
  return `cd ${shellWord(directory)} || exit 125\n${exports.join('')}exec ${shellWords(argv)}\n`;
}

/**
 * `$1` our directory, `$2` the job's in it, `$3` bytes of its script, which is the input. It runs once, however often it is started: in
 * a session of its own, where the end of the connection does not reach it. Signals of its group are the program's; its
 * keeper only waits, and leaves `code`. An exit code is there as a whole or not at all. Where systemd ends what a user
 * without root runs in containers when the last session of that user ends, it is told not to (loginctl(1),
 * enable-linger), until the host is cleaned up. Whoever cleans up says so in `closing`, then looks for pids: one of the two
 * sees the other.
 */
export const START = `${ENTER}
mkdir -p -- "$1" && cd -- "$1" && cat > script.partial || exit 1
[ "$(stat -c %s script.partial)" = "$2" ] || { echo "its script came in part" >&2; exit 1; }
mkdir started 2>/dev/null || exit 0
mv script.partial script && cat /proc/sys/kernel/random/boot_id > boot && : > log || exit 1
if [ "$(id -u)" != 0 ] && [ ! -e "/var/lib/systemd/linger/$(id -un)" ] && loginctl enable-linger; then
  : > ../../lingers
fi > /dev/null 2>&1
setsid sh -c '
  echo $$ > pid.partial && mv pid.partial pid && [ ! -e ../../closing ] || exit
  trap : TERM INT HUP
  sh ./script < /dev/null > log 2>&1 &
  child=$!
  while :; do
    wait "$child"
    code=$?
    kill -s 0 "$child" 2>/dev/null || break
  done
  echo "$code" > code.partial && mv code.partial code
' < /dev/null > /dev/null 2>&1 &`;

/**
 * `$1` the job's directory, `$2` position in its log, from 1. Gives the log on standard output until the keeper is gone,
 * then says the exit code, or that there is none.
 */
export const FOLLOW = `is_same_boot() { [ "$(cat boot)" = "$(cat /proc/sys/kernel/random/boot_id)" ]; }
gone="lost: its directory is gone, as nobody reached the host for half an hour, or by another hand"
cd -- "$1" 2>/dev/null || { echo "$gone" >&2; exit 0; }
tries=0
while [ ! -e pid ] && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
[ -e pid ] || { echo "lost: it did not start" >&2; exit 0; }
if is_same_boot && [ ! -e code ]; then
  tail -c "+$2" -s 0.2 -f --pid="$(cat pid)" log || exit 1
else
  tail -c "+$2" log || exit 1
fi
if code=$(cat code 2>/dev/null); then echo "code: $code" >&2
elif [ ! -e boot ]; then echo "$gone" >&2
elif is_same_boot; then echo "lost: it was killed there" >&2
else echo "lost: the host was started anew meanwhile" >&2
fi`;

/** `$1` tenths of a second between SIGTERM and SIGKILL, then the directories of jobs. */
export const STOP = `grace=$1
shift
for job in "$@"; do
  [ -e "$job/pid" ] && [ ! -e "$job/code" ] || continue
  [ "$(cat "$job/boot")" = "$(cat /proc/sys/kernel/random/boot_id)" ] || continue
  pid=$(cat "$job/pid")
  kill -s TERM -- "-$pid" 2>/dev/null
  tries=0
  while kill -s 0 -- "-$pid" 2>/dev/null; do
    [ "$tries" -lt "$grace" ] || { kill -s KILL -- "-$pid" 2>/dev/null; break; }
    sleep 0.1
    tries=$((tries + 1))
  done
done
:`;
