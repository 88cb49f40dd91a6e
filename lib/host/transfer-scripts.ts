import { ENTER } from './shell.ts';

/**
 * `$1` our directory, `$2` the file in it that takes the stream. Says how much of it is there, writes what comes behind it, and says how much is
 * there then. It writes by position: a writer of a connection that was cut and is still at work puts the same bytes in the
 * same places.
 */
export const TAKE = `${ENTER}
mkdir -p -- "$(dirname -- "$1")" && : >> "$1" || exit 1
size=$(stat -c %s -- "$1")
echo "$size"
dd of="$1" bs=128k seek="$size" oflag=seek_bytes conv=notrunc status=none || exit 1
stat -c %s -- "$1"`;

/**
 * `$1` our directory, `$2` the stream, `$3` a directory to work in, then for each archive its position, its place and the name of the one file
 * in it, if it is one. dd moves the position of the input that tar then reads, up to the end that the archive says. Each
 * place is there as a whole or not at all. It may run again.
 */
export const UNPACK = `${ENTER}
stream=$1 work=$2
shift 2
[ ! -e "$stream.done" ] || exit 0
while [ "$#" -gt 0 ]; do
  rm -rf -- "$work" && mkdir -p -- "$work" "$(dirname -- "$2")" || exit 1
  {
    dd bs=128k skip="$1" count=0 iflag=skip_bytes status=none &&
      tar --extract --blocking-factor=512 --preserve-permissions --no-same-owner --directory="$work"
  } < "$stream" || exit 1
  rm -rf -- "$2" && mv -T -- "$work\${3:+/$3}" "$2" || exit 1
  shift 3
done
: > "$stream.done" && rm -rf -- "$stream" "$work"`;

/**
 * `$1` our directory, `$2` an archive that need not be there yet, `$3` the directory whose content it gets. Says its size.
 * It may run again.
 */
export const PACK = `${ENTER}
mkdir -p -- "$(dirname -- "$1")" || exit 1
if [ ! -e "$1" ]; then
  tar --create --format=gnu --sort=name --file="$1.partial" --directory="$2" -- . && mv -- "$1.partial" "$1" || exit 1
fi
stat -c %s -- "$1"`;

/** `$1` our directory, `$2` an archive, `$3` a position in it, from 1. */
export const GIVE = `${ENTER}
exec tail -c "+$2" -- "$1"`;
