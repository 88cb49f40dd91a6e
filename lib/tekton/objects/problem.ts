import { ExpectedError } from '#lib/errors';
import { printable } from '#lib/text';

/** What is wrong with a field, in Tekton's own words where it has some. */
export interface Problem {
  /** Such as `spec.tasks[2].params[0].value`. */
  readonly path: string;
  readonly message: string;
  /** What a controller writes into the condition when it ends a run for this; absent where it ends none. */
  readonly reason?: string;
  /** All that it says there, where `message` says more, or says it of one field alone. */
  readonly words?: string;
}

/** What a check says, where it says something. */
export function problemOf(path: string, message: string | undefined, reason?: string): readonly Problem[] {
  return message === undefined ? [] : [{ path, message, ...(reason !== undefined && { reason }) }];
}

/** The problem, where something is wrong. */
export function problemIf(
  isWrong: boolean,
  path: string,
  message: string,
  reason?: string,
): readonly Problem[] {
  return problemOf(path, isWrong ? message : undefined, reason);
}

/** More help nobody: the first ones are mended first. */
const MOST = 20;

/** On one line, of a length that a log can bear, whatever stands in the object. */
export function tellProblems(problems: readonly Problem[]): string {
  const told = problems
    .slice(0, MOST)
    .map(({ path, message }) =>
      path === '' ? printable(message, 500) : `${printable(path)}: ${printable(message, 500)}`,
    );
  const more = problems.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** A definition that cannot become a Tekton object. */
export class InvalidDefinitionError extends ExpectedError {
  override readonly name = 'InvalidDefinitionError';
  override readonly kind = 'invalid';
  /** The thing in the definition by its name, such as `task push, param TAGS`. */
  readonly path: string;
  readonly problem: string;

  constructor(
    path: string,
    problem: string,
    options: { readonly known?: readonly string[]; readonly hint?: string } = {},
  ) {
    const { known = [], hint = known.length === 0 ? undefined : `there are: ${known.join(', ')}` } = options;
    super(`${printable(path)}: ${problem}`, hint === undefined ? {} : { hint });
    this.path = path;
    this.problem = problem;
  }

  /** The same, said of a larger thing. */
  in(whole: string): InvalidDefinitionError {
    const hint = this.hint === undefined ? {} : { hint: this.hint };
    return new InvalidDefinitionError(`${whole}, ${this.path}`, this.problem, hint);
  }
}

/** Makes a part of a definition: what is wrong in it is said of the whole, too. */
export function within<T>(whole: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof InvalidDefinitionError ? error.in(whole) : error;
  }
}

/** A Tekton object that a cluster would refuse. */
export class InvalidObjectError extends ExpectedError {
  override readonly name = 'InvalidObjectError';
  override readonly kind = 'invalid';
  readonly problems: readonly Problem[];

  constructor(object: string, problems: readonly Problem[]) {
    super(`${printable(object)} is not valid: ${tellProblems(problems)}`);
    this.problems = problems;
  }
}
