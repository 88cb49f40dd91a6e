import { Option } from 'commander';
import { colours, noColours, type Paint } from '#lib/text';

export const whens = ['auto', 'always', 'never'] as const;
export type When = (typeof whens)[number];

/** Every command has it. */
export function colourOption(): Option {
  return new Option('--color <when>', 'auto: on a terminal, unless NO_COLOR is set')
    .choices(whens)
    .default('auto');
}

interface Stream {
  readonly isTTY?: boolean;
}

/** What paints what is written there: by the command line, then FORCE_COLOR and NO_COLOR, then by what it is. */
export function paintFor(
  stream: Stream,
  when: When = 'auto',
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Paint {
  return isColoured(stream, when, environment) ? colours : noColours;
}

function isColoured(
  { isTTY }: Stream,
  when: When,
  { FORCE_COLOR, NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): boolean {
  if (when !== 'auto') return when === 'always';
  // As Node itself reads them: FORCE_COLOR outweighs NO_COLOR, and an empty NO_COLOR says nothing (no-color.org).
  if (FORCE_COLOR !== undefined) return !['0', 'false'].includes(FORCE_COLOR);
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return isTTY === true && TERM !== 'dumb';
}

/** What the command line says, before it is read: for what is wrong with it. */
export function whenOf(argv: readonly string[]): When {
  const index = argv.findLastIndex((word) => word === '--color' || word.startsWith('--color='));
  const word = argv[index] ?? '';
  const said = word === '--color' ? argv[index + 1] : word.slice('--color='.length);
  return whens.find((one) => one === said) ?? 'auto';
}
