import { InvalidRunError } from './errors.ts';

const units = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 } as const;

/**
 * Milliseconds of a Go duration such as `1h30m`; 0 means no limit.
 *
 * @throws {InvalidRunError} for anything else
 */
export function parseDuration(text: string, path: string): number {
  if (text === '0') return 0;
  const [, positive] = /^-(.+)$/.exec(text) ?? [];
  if (positive !== undefined) {
    const duration = formatDuration(parseDuration(positive, path));
    throw new InvalidRunError(`invalid value: -${duration} should be >= 0`, { path });
  }
  if (!/^(?:\d+(?:\.\d*)?(?:h|ms|us|µs|ns|m|s))+$/.test(text)) {
    throw new InvalidRunError(`invalid duration "${text}"`, { path, hint: 'write it like 1h30m or 90s' });
  }
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d*)?)(h|ms|us|µs|ns|m|s)/g)) {
    total += Number(number) * units[unit as keyof typeof units];
  }
  return total;
}

/** As Go prints a duration: `1h0m0s`, `5s`, `1.5s`, `300ms`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  if (milliseconds < 1_000) return `${round(milliseconds)}ms`;
  const seconds = milliseconds / 1_000;
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = `${round(seconds % 60)}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

function round(number: number): number {
  return Math.round(number * 1e6) / 1e6;
}
