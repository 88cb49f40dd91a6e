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

/** Something wrong in an object that was given, and where that stands. */
export interface PlacedProblem {
  /** Kind and name. */
  readonly object: string;
  /** Such as `spec.tasks[2].params[0].value`. */
  readonly path: string;
  /** The same with names: `spec.tasks[test].params[image].value`. */
  readonly named: string;
  readonly message: string;
  /** The file and line of the object, or the bundle that it is from. */
  readonly source: string;
  /** Absent where the object was read from no text. */
  readonly place?: {
    readonly file: string;
    /** Both are counted from 1. */
    readonly line: number;
    readonly column: number;
    /** The line and the one before it, with a mark below; nothing in it changes a terminal. */
    readonly excerpt: string;
  };
}

/** Input that Tekton would refuse, or end at once, before any step: `reason` is the condition's reason there. */
export class InvalidRunError extends ExpectedError {
  override readonly name = 'InvalidRunError';
  override readonly kind = 'invalid';
  /** The field, such as `spec.tasks[2].params[0].value`; empty where the whole object is meant. */
  readonly path: string;
  readonly reason: string;
  /** All that is wrong, where that was looked for in whole objects; the message has a line for each. */
  readonly problems: readonly PlacedProblem[];

  constructor(
    message: string,
    facts: {
      path?: string;
      reason?: string;
      hint?: string;
      cause?: unknown;
      problems?: readonly PlacedProblem[];
    } = {},
  ) {
    const { path = '', reason = 'PipelineValidationFailed', problems = [], ...options } = facts;
    super(shown(path === '' ? message : `${path}: ${message}`), options);
    this.path = path;
    this.reason = reason;
    this.problems = problems;
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
