import { branch, nameOf, pathsOf, valuesOf } from './branches.ts';
import type { Level, Slot, Word } from './levels.ts';

/** With descriptions, as zsh shows them. */
export function zshScript(levels: readonly Level[]): string {
  return `#compdef bootc-catalog
_bootc_catalog() {
  local path_=bootc-catalog word
  local previous="\${words[CURRENT-1]}"
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in ${pathsOf(levels)}) path_="$path_ $word" ;; esac
  done
  case "$path_ $previous" in
${levels.flatMap((level) => valuesOf(level, fill)).join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    case "$path_" in
${levels.map((level) => branch([nameOf(level)], described(level.options))).join('\n')}
    esac
    return
  fi
  case "$path_" in
${levels.map((level) => branch([nameOf(level)], following(level))).join('\n')}
  esac
}
compdef _bootc_catalog bootc-catalog
`;
}

function following(level: Level): string {
  if (level.commands.length > 0) return described(level.commands);
  return level.argument.kind === 'nothing' ? described(level.options) : fill(level.argument);
}

function described(list: readonly Word[]): string {
  const entries = list.map(({ name, description }) => `'${name}:${description.replaceAll(':', '\\:')}'`);
  return `found=(${entries.join(' ')}); _describe -o 'bootc-catalog' found`;
}

function fill(slot: Slot): string {
  switch (slot.kind) {
    case 'words':
      return `compadd -- ${slot.words.join(' ')}`;
    case 'file':
      return '_files';
    case 'directory':
      return '_files -/';
    case 'run':
      return `compadd -- \${(f)"$(bootc-catalog runs list -o name 2>/dev/null)"}`;
    case 'nothing':
      return ':';
  }
}
