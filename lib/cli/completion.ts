import type { Command, Option } from 'commander';

/** `eval "$(bootc-catalog completion bash)"`; made from the commands, so it cannot fall behind them. */
export function completionCommand(root: Command): Command {
  return root
    .createCommand('completion')
    .description('Print a completion script for a shell.')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', '\nExample:\n  eval "$(bootc-catalog completion bash)"')
    .action((shell: string) => {
      const script = scripts[shell];
      if (!script)
        root.error(`error: no completion for ${shell}: there are ${Object.keys(scripts).join(', ')}`);
      else process.stdout.write(script(wordsOf(root)));
    });
}

/** The words that can follow each chain of commands. */
type Words = ReadonlyMap<string, readonly string[]>;

function wordsOf(command: Command, path: readonly string[] = [command.name()]): Words {
  const words = new Map<string, readonly string[]>();
  const options = command.options.filter((option: Option) => !option.hidden).map(({ long }) => long ?? '');
  words.set(path.join(' '), [...command.commands.map((child) => child.name()), ...options, '--help']);
  for (const child of command.commands) {
    for (const [key, value] of wordsOf(child, [...path, child.name()])) words.set(key, value);
  }
  return words;
}

const scripts: Readonly<Record<string, (words: Words) => string>> = {
  bash: (words) => `_bootc_catalog() {
  local path=bootc-catalog word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in ${commandPatterns(words)}) path="$path $word" ;; esac
  done
  case "$path" in
${cases(words, (list) => `COMPREPLY=($(compgen -W "${list}" -- "\${COMP_WORDS[COMP_CWORD]}"))`)}
  esac
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _bootc_catalog bootc-catalog
`,
  zsh: (words) => `#compdef bootc-catalog
_bootc_catalog() {
  local path=bootc-catalog word
  for word in "\${words[@]:1:CURRENT-2}"; do
    case "$path $word" in ${commandPatterns(words)}) path="$path $word" ;; esac
  done
  case "$path" in
${cases(words, (list) => `compadd -- ${list}`)}
  esac
  _files
}
compdef _bootc_catalog bootc-catalog
`,
  fish: (words) =>
    [...words]
      .flatMap(([path, list]) =>
        list.map((word) => {
          const [, ...parents] = path.split(' ');
          const condition =
            parents.length === 0 ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${parents.at(-1)}`;
          return word.startsWith('--')
            ? `complete -c bootc-catalog -n '${condition}' -l ${word.slice(2)}`
            : `complete -c bootc-catalog -n '${condition}' -a ${word}`;
        }),
      )
      .join('\n')
      .concat('\n'),
};

function commandPatterns(words: Words): string {
  return [...words.keys()]
    .filter((path) => path.includes(' '))
    .map((path) => `"${path}"`)
    .join('|');
}

function cases(words: Words, body: (list: string) => string): string {
  return [...words].map(([path, list]) => `    "${path}") ${body(list.join(' '))} ;;`).join('\n');
}
