import type { Level, Slot } from './levels.ts';

/** The word that stands for a command in the scripts of bash and zsh. */
export function nameOf({ path }: Level): string {
  return path.join(' ');
}

/** A pattern of `case` for all words that lead to a command. */
export function pathsOf(levels: readonly Level[]): string {
  return levels
    .filter(({ path }) => path.length > 1)
    .map((level) => `"${nameOf(level)}"`)
    .join('|');
}

/** A branch of `case` for each option that takes a value. */
export function valuesOf(level: Level, fill: (slot: Slot) => string): readonly string[] {
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

export function branch(patterns: readonly string[], body: string): string {
  return `    ${patterns.map((pattern) => `"${pattern}"`).join('|')}) ${body} ;;`;
}
