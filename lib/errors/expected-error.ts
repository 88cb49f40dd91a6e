import { withoutLogins } from '#lib/text';

/**
 * What a failure is about, and so where its reader looks: `usage`, how the program was called; `invalid`, what was
 * given to it, such as a definition, an object, an image; `environment`, this machine, the network, a service.
 * The command line has an exit code for each (lib/cli/options/exit-codes.ts).
 */
export type ErrorKind = 'usage' | 'invalid' | 'environment';

/**
 * A failure that its reader can act on: bad input, a service that does not answer, a tool that failed.
 * The message says what could not be done to what, and why; the hint says what to do.
 * Layers that know facts about the failure (a status, an exit code) extend it with readonly fields; each class says its
 * kind, and a test asks every class for it.
 */
export class ExpectedError extends Error {
  override readonly name: string = 'ExpectedError';
  readonly kind: ErrorKind;
  readonly hint: string | undefined;

  constructor(message: string, options: { cause?: unknown; hint?: string; kind?: ErrorKind } = {}) {
    // Not only where it is told: a message goes into statuses, events and files, too.
    super(withoutLogins(message), options.cause === undefined ? {} : { cause: options.cause });
    this.kind = options.kind ?? 'environment';
    this.hint = options.hint;
  }
}
