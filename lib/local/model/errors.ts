import { ExpectedError } from '#lib/errors';
import { printable } from '#lib/text';

/** Characters of a line and lines of a message, such as a parser's with the place that it means. */
const MOST = 2_000;
const LINES = 20;

/** Objects come from bundles, repositories and web servers: no name in them changes a terminal or fills a log. */
function shown(message: string): string {
  const lines = message.split('\n').slice(0, LINES);
  return lines.map((line) => printable(line, MOST)).join('\n');
}

/** Input that Tekton would refuse, or end at once, before any step: `reason` is the condition's reason there. */
export class InvalidRunError extends ExpectedError {
  override readonly name = 'InvalidRunError';
  override readonly kind = 'invalid';
  /** The field, such as `spec.tasks[2].params[0].value`; empty where the whole object is meant. */
  readonly path: string;
  readonly reason: string;

  constructor(
    message: string,
    facts: { path?: string; reason?: string; hint?: string; cause?: unknown } = {},
  ) {
    const { path = '', reason = 'PipelineValidationFailed', ...options } = facts;
    super(shown(path === '' ? message : `${path}: ${message}`), options);
    this.path = path;
    this.reason = reason;
  }
}

/** Something that only a cluster can do. */
export class UnsupportedError extends ExpectedError {
  override readonly name = 'UnsupportedError';
  override readonly kind = 'invalid';

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(shown(message), options);
  }
}

/** The container engine could not do what a step needs: an image that is not there, a mount that failed. */
export class BackendError extends ExpectedError {
  override readonly name: string = 'BackendError';
  override readonly kind = 'environment';
  /** As Tekton would name it in the TaskRun's condition. */
  readonly reason: string;

  constructor(message: string, options: { reason?: string; hint?: string; cause?: unknown } = {}) {
    const { reason = 'PodCreationFailed', ...rest } = options;
    super(shown(message), rest);
    this.reason = reason;
  }
}
