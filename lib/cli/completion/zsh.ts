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
${levels.flatMap(valuesOf).join('\n')}
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

function nameOf({ path }: Level): string {
  return path.join(' ');
}

function pathsOf(levels: readonly Level[]): string {
  return levels
    .filter(({ path }) => path.length > 1)
    .map((level) => `"${nameOf(level)}"`)
    .join('|');
}

function valuesOf(level: Level): readonly string[] {
  return level.options.flatMap(({ names, value }) =>
    value
      ? [
          branch(
            names.map((name) => `${nameOf(level)} ${name}`),
            `${fill(value)}; return`,
          ),
        ]
      : [],
  );
}

function following(level: Level): string {
  if (level.commands.length > 0) return described(level.commands);
  return level.argument.kind === 'nothing' ? described(level.options) : fill(level.argument);
}

function branch(patterns: readonly string[], body: string): string {
  return `    ${patterns.map((pattern) => `"${pattern}"`).join('|')}) ${body} ;;`;
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
