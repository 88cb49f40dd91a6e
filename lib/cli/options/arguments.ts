import { InvalidArgumentError } from 'commander';
import { ExpectedError } from '#lib/errors';
import { parsePlatform } from '#lib/oci';

/**
 * The first signal cancels as CancelledRunFinally does, the second as Cancelled; so do a closed terminal and an output
 * that nobody reads.
 */
export function cancelBySignal(): { graceful: AbortSignal; hard: AbortSignal; stop: () => void } {
  const graceful = new AbortController();
  const hard = new AbortController();
  const onSignal = () => (graceful.signal.aborted ? hard : graceful).abort();
  const onClosed = () => {
    graceful.abort();
    hard.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onClosed);
  process.stdout.on('error', onClosed);
  return {
    graceful: graceful.signal,
    hard: hard.signal,
    stop: () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onClosed);
      process.stdout.off('error', onClosed);
    },
  };
}

/** An option that must be given has no default, by which commander would take it as given. */
export function append(value: string, list: readonly string[] = []): string[] {
  return [...list, value];
}

/**
 * What a parser of a lower layer reads from the command line; what it refuses is a wrong argument (exit code 2). Not by
 * commander's own error, which repeats the argument: parsers know which ones may hold a password.
 */
export function given<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw usageError(error.message, error.hint);
  }
}

export function usageError(message: string, hint?: string): ExpectedError {
  return new ExpectedError(message, { kind: 'usage', ...(hint === undefined ? {} : { hint }) });
}

export function noOutput(form: string | undefined, known: string): ExpectedError {
  return usageError(`there is no output ${form}`, `choose ${known}`);
}

export function platform(text: string, list: readonly string[]): string[] {
  given(() => parsePlatform(text));
  return append(text, list);
}

export function pair(text: string, known: Readonly<Record<string, string>>): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Write name=value.');
  const name = text.slice(0, equals);
  if (Object.hasOwn(known, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...known, [name]: text.slice(equals + 1) };
}

/** A directory of this machine; where an address is given instead, its password would be in names of files. */
export function directory(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    throw new InvalidArgumentError('Give a directory, not an address.');
  return text;
}

export function directoryPair(text: string, known: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = pair(text, known);
  for (const one of Object.values(pairs)) directory(one);
  return pairs;
}

export function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1.');
  return Number(text);
}
