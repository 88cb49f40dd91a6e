import { STOP } from './job-scripts.ts';

/**
 * Reads `directory` and `label`: says that no job may begin any more, ends those that run, within ten seconds each, removes
 * what carries the label, then the directory, and prints what is still there. The keeper ends last, so that it goes on with
 * this where somebody ends it. Files that a container without root made belong to users of its own, whom only podman's
 * name space knows; and a script whose connection was cut may still write some.
 */
export const CLEAN = `: 2>/dev/null > "$directory/closing"
set -- 100 "$directory"/jobs/*
${STOP}
keeper=$(cat "$directory/keeper/pid" 2>/dev/null)
[ ! -e "$directory/lingers" ] || loginctl disable-linger >/dev/null 2>&1
if command -v podman >/dev/null 2>&1; then
  for id in $(podman ps --all --quiet --filter "label=$label"); do
    podman rm --force --volumes --time 0 "$id" >/dev/null 2>&1 || echo "container $id"
  done
  for id in $(podman volume ls --quiet --filter "label=$label"); do
    podman volume rm --force "$id" >/dev/null 2>&1 || echo "volume $id"
  done
fi
tries=0
while [ -e "$directory" ] && [ "$tries" -lt 5 ]; do
  [ "$tries" = 0 ] || sleep 1
  rm -rf -- "$directory" 2>/dev/null || podman unshare rm -rf -- "$directory" 2>/dev/null
  tries=$((tries + 1))
done
if [ -e "$directory" ]; then
  echo "directory $directory"
elif [ -n "$keeper" ] && [ "$keeper" != "$$" ] && grep -qaF -- "$directory" "/proc/$keeper/cmdline" 2>/dev/null; then
  kill -s KILL -- "-$keeper" 2>/dev/null
fi`;
