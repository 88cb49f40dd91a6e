import { visibleLines, withoutLogins } from '#lib/text';
import { type ErrorKind, ExpectedError } from './expected-error.ts';

/** One line per link of the cause chain, then the hint; a stack only where the failure is a bug of ours. */
export function explain(error: unknown, { stack = false } = {}): string {
  const links: string[] = [];
  let hint: string | undefined;
  let innermost: unknown = error;
  for (let link: unknown = error; link !== undefined && links.length < 10; link = causeOf(link)) {
    innermost = link;
    const message = link instanceof Error ? link.message : `${link as string}`;
    // A cause that its wrapper quotes already says nothing new.
    if (message !== '' && !links.some((said) => said.includes(message))) links.push(message);
    hint ??= hintOf(link);
  }
  const isBug = !(innermost instanceof ExpectedError) && isProgrammingError(innermost);
  const trace = (stack || isBug) && innermost instanceof Error ? `\n${innermost.stack ?? ''}` : '';
  const told = links.map(bounded).join(': ');
  return visibleLines(redact(`${told}${hint === undefined ? '' : `\nhint: ${bounded(hint)}`}${trace}`));
}

/** The last place where text of strangers can be stopped that nobody cut before: no log has use for more. */
const MOST = 10_000;

function bounded(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST)}… (${text.length} characters)` : text;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

/** By its shape: a catalog that an installed command loads has a copy of ExpectedError of its own. */
function hintOf(error: unknown): string | undefined {
  const isOurs = error instanceof Error && 'kind' in error && kinds.includes(error.kind as ErrorKind);
  return isOurs && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
}

const kinds: readonly ErrorKind[] = ['usage', 'invalid', 'environment'];

function isProgrammingError(error: unknown): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}

/** Takes credentials out of text: URL user info, Authorization values, and what looks like a token parameter. */
export function redact(text: string): string {
  return (
    withoutLogins(text)
      // `withoutLogins` leaves one slash of what it took for a path.
      .replace(/(?<scheme>https?:\/)[^\s/'"<>:@]{0,500}:[^\s'"<>]{0,500}@/gi, '$<scheme>***@')
      .replace(/\b(?<kind>Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, '$<kind> ***')
      .replace(
        /(?<key>[?&](?:access_token|token|password|client_secret|sig|signature)=)[^&\s]+/gi,
        '$<key>***',
      )
  );
}
