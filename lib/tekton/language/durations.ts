const units = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 1e-3, µs: 1e-3, μs: 1e-3, ns: 1e-6 } as const;

/** `default-timeout-minutes` of Tekton's ConfigMap config-defaults, unless it is changed; in milliseconds. */
export const DEFAULT_TIMEOUT = 60 * 60_000;

const unit = '(?:h|ms|us|µs|μs|ns|m|s)';

/** Milliseconds of a Go duration such as `1h30m`; undefined for what time.ParseDuration refuses. */
export function parseDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  if (!new RegExp(`^[-+]?(?:(?:\\d+\\.?\\d*|\\.\\d+)${unit})+$`).test(text)) return undefined;
  let total = 0;
  for (const [, number, name] of text.matchAll(new RegExp(`(\\d+\\.?\\d*|\\.\\d+)(${unit})`, 'g'))) {
    total += Number(number) * units[name as keyof typeof units];
  }
  return text.startsWith('-') ? -total : total;
}

/** Milliseconds as Go prints a duration: `1h0m0s`, `5s`, `1.5s`, `300ms`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 0) return `-${formatDuration(-milliseconds)}`;
  if (milliseconds === 0) return '0s';
  if (milliseconds < 1e-3) return `${round(milliseconds * 1e6)}ns`;
  if (milliseconds < 1) return `${round(milliseconds * 1e3)}µs`;
  if (milliseconds < 1_000) return `${round(milliseconds)}ms`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor((milliseconds % 3_600_000) / 60_000);
  const seconds = `${round((milliseconds % 60_000) / 1_000)}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

function round(number: number): number {
  return Math.round(number * 1e9) / 1e9;
}
