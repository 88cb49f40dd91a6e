import { Text } from '#lib/tekton';

/** The levels of konflux-build-cli (logrus' ParseLevel), from the one that tells most. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic'] as const;

/** The param LOG_LEVEL of Konflux' tasks. */
export const LogLevel = Text.regex(
  new RegExp(`^(?:${LEVELS.join('|')})$`, 'i'),
  `expected one of ${LEVELS.join(', ')}`,
)
  .default('info')
  .describe('What is logged: debug, info, warn or error, and what is worse.');

interface Log {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** The log with what the level hides left out; errors are always told. */
export function atLevel<L extends Log>(log: L, level: string): L {
  const rank = (LEVELS as readonly string[]).indexOf(level.toLowerCase());
  const silent = () => {};
  return {
    ...log,
    ...(rank > LEVELS.indexOf('info') && { info: silent }),
    ...(rank > LEVELS.indexOf('warning') && { warn: silent }),
  };
}
