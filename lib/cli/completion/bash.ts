import { branch, nameOf, pathsOf, valuesOf } from './branches.ts';
import type { Level, Slot } from './levels.ts';

/** For bash 4 and later, on its own: bash-completion is not needed. */
export function bashScript(levels: readonly Level[]): string {
  return `_bootc_catalog_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }
_bootc_catalog_files() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen "$1" -- "$2"); }
_bootc_catalog() {
  local path=bootc-catalog word
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in ${pathsOf(levels)}) path="$path $word" ;; esac
  done
  case "$path $previous" in
${levels.flatMap((level) => valuesOf(level, fill)).join('\n')}
  esac
  case "$current" in -*)
    case "$path" in
${levels.map((level) => branch([nameOf(level)], words(level.options.flatMap(({ names }) => names)))).join('\n')}
    esac
    return ;;
  esac
  case "$path" in
${levels.map((level) => branch([nameOf(level)], following(level))).join('\n')}
  esac
}
complete -F _bootc_catalog bootc-catalog
`;
}

function following(level: Level): string {
  if (level.commands.length > 0) return words(level.commands.map(({ name }) => name));
  if (level.argument.kind !== 'nothing') return fill(level.argument);
  return words(level.options.flatMap(({ names }) => names));
}

function words(list: readonly string[]): string {
  return `_bootc_catalog_words "${list.join(' ')}" "$current"`;
}

function fill(slot: Slot): string {
  switch (slot.kind) {
    case 'words':
      return words(slot.words);
    case 'file':
      return '_bootc_catalog_files -f "$current"';
    case 'directory':
      return '_bootc_catalog_files -d "$current"';
    case 'run':
      return '_bootc_catalog_words "$(bootc-catalog runs list -o name 2>/dev/null)" "$current"';
    case 'nothing':
      return ':';
  }
}
