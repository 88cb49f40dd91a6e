import type { Bundle } from '#lib/bundle';
import type { Locate } from '#lib/local';
import {
  type KnownObjects,
  lint,
  namedPath,
  type StepAction,
  severityOf,
  type Task,
  type ValidateOptions,
  validate,
} from '#lib/tekton/objects';
import { printable } from '#lib/text';

/** Something against an object: an error is what a cluster refuses. */
export interface ToldFinding {
  /** The file and line, or the bundle. */
  readonly source: string;
  /** Where in the file, counted from 1; absent where no file was read. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Kind and name, such as Task/build. */
  readonly object: string;
  readonly severity: 'error' | 'warning' | 'note';
  /** `refused` for an error. */
  readonly rule: string;
  readonly path: string;
  /** The path with the names of things in place of their indexes. */
  readonly place: string;
  readonly message: string;
}

export interface Sourced {
  readonly object: unknown;
  readonly source: string;
  readonly locate?: Locate;
}

/** What `validate` and `lint` have against each object of Tekton; tasks and StepActions among them are known to the others. */
export function findingsIn(
  objects: readonly Sourced[],
  options: Pick<ValidateOptions, 'flags'> = {},
): readonly ToldFinding[] {
  const own = objects.filter(({ object }) => isTekton(object));
  const named = (kind: string, name: string | undefined, resolver: string | undefined) =>
    resolver === undefined && name !== undefined
      ? own.find(({ object }) => titleOf(object) === `${kind}/${name}`)?.object
      : undefined;
  const known: KnownObjects = {
    tasks: ({ name, resolver }) => named('Task', name, resolver) as Task | undefined,
    stepActions: ({ name, resolver }) => named('StepAction', name, resolver) as StepAction | undefined,
  };
  return own.flatMap(({ object, source, locate }) => {
    const told = (path: string) => ({
      source,
      object: titleOf(object),
      path,
      place: namedPath(object, path),
      ...(locate === undefined ? {} : placeOf(locate(path))),
    });
    return [
      ...validate(object, { ...known, ...options }).map(({ path, message }) => ({
        ...told(path),
        severity: 'error' as const,
        rule: 'refused',
        message,
      })),
      ...lint(object, known).map((finding) => ({
        ...told(finding.path),
        severity: severityOf(finding),
        rule: finding.rule,
        message: finding.message,
      })),
    ];
  });
}

function placeOf({ file, line, column }: ReturnType<Locate>) {
  return { file, line, column };
}

export function findingsInBundle({ entries, root }: Bundle): readonly ToldFinding[] {
  return findingsIn(entries.map(({ object }) => ({ object, source: root.digest })));
}

/** One line for each, for a log. */
export function findingLine({ object, severity, rule, place, message }: ToldFinding): string {
  const where = place === '' ? '' : `${printable(place)}: `;
  return `${severity}: ${printable(object)}: ${where}${printable(message, 1_000)} (${rule})`;
}

/** To standard error, without notes; what a cluster refuses is told by whoever asked for the object. */
export function warnOfFindings(findings: readonly ToldFinding[]): void {
  for (const finding of findings) {
    if (finding.severity === 'warning') process.stderr.write(`${findingLine(finding)}\n`);
  }
}

export function isTekton(object: unknown): boolean {
  const { apiVersion } = (object ?? {}) as { readonly apiVersion?: unknown };
  return typeof apiVersion === 'string' && apiVersion.startsWith('tekton.dev/');
}

function titleOf(object: unknown): string {
  const { kind, metadata } = object as {
    readonly kind?: unknown;
    readonly metadata?: { readonly name?: unknown; readonly generateName?: unknown };
  };
  const name = metadata?.name ?? metadata?.generateName;
  return `${String(kind)}/${typeof name === 'string' ? name : '?'}`;
}
