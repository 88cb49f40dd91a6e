import type { Level, Slot } from './levels.ts';

/** A line for each word, with its description. */
export function fishScript(levels: readonly Level[]): string {
  return levels.flatMap(linesOf).join('\n').concat('\n');
}

function linesOf(level: Level): readonly string[] {
  const start = `complete -c bootc-catalog -n '${conditionOf(level)}'`;
  const commands = level.commands.map(
    ({ name, description }) => `${start} -f -a ${name} -d '${description}'`,
  );
  const options = level.options.map(({ names, description, value }) => {
    const flags = names.map((name) =>
      name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
    );
    return [start, ...flags, ...(value ? [fill(value)] : []), `-d '${description}'`].join(' ');
  });
  const argument =
    level.commands.length > 0 || level.argument.kind === 'nothing'
      ? []
      : [`${start} ${place(level.argument)}`];
  return [...commands, ...options, ...argument];
}

/** The words that lead to the command are there, and none that leads on. */
function conditionOf({ path, commands }: Level): string {
  const seen = path.slice(1).map((word) => `__fish_seen_subcommand_from ${word}`);
  const none =
    commands.length === 0
      ? []
      : [`not __fish_seen_subcommand_from ${commands.map(({ name }) => name).join(' ')}`];
  return [...seen, ...none].join('; and ');
}

const RUNS = '"(bootc-catalog runs list -o name 2>/dev/null)"';

function fill(slot: Slot): string {
  switch (slot.kind) {
    case 'words':
      return `-x -a '${slot.words.join(' ')}'`;
    case 'file':
      return '-r -F';
    case 'directory':
      return '-x -a "(__fish_complete_directories)"';
    case 'run':
      return `-x -a ${RUNS}`;
    case 'nothing':
      return '-x';
  }
}

function place(slot: Slot): string {
  switch (slot.kind) {
    case 'words':
      return `-f -a '${slot.words.join(' ')}'`;
    case 'run':
      return `-f -a ${RUNS}`;
    case 'directory':
      return '-f -a "(__fish_complete_directories)"';
    case 'file':
    case 'nothing':
      return '-F';
  }
}
