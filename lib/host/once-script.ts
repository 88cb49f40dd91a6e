import { ENTER } from './shell.ts';

/**
 * `$1` our directory, `$2` one in it for this program, `$3` bytes of its input, then its argv. It runs once, however often
 * this is started: the first attempt that has all of the input makes itself `run`, and all of them wait for its end, which
 * does not hang on a connection. An exit code is there as a whole or not at all.
 */
export const ONCE = `mask=$(umask) home=$PWD
${ENTER}
mkdir -p -- "$1" && cd -- "$1" && size=$2 && shift 2 || exit 1
mine=attempt-$$
mkdir -p "$mine" && cat > "$mine/input" && [ "$(stat -c %s "$mine/input")" = "$size" ] || exit 1
echo $$ > "$mine/pid" || exit 1
if mv -T "$mine" run 2>/dev/null; then
  (umask "$mask" && cd -- "$home" && exec "$@") < run/input > run/out 2> run/err
  echo $? > run/code.partial && mv run/code.partial run/code
else
  rm -rf "$mine"
fi
while [ ! -e run/code ]; do
  kill -s 0 "$(cat run/pid)" 2>/dev/null || [ -e run/code ] || { echo "it was killed there" >&2; exit 1; }
  sleep 0.1
done
cat run/err >&2
cat run/out
exit "$(cat run/code)"`;
