import { ExpectedError } from '#lib/errors';
import {
  type Schema,
  type Schemas,
  type StepDefinition,
  type Values,
  type WorkspacePaths,
  type Workspaces,
  wireType,
} from '#lib/tekton';
import { own, printable } from '#lib/text';

/** Arguments or environment that do not fit the definition: exit code 2. */
export class InvalidInputError extends ExpectedError {
  override readonly name = 'InvalidInputError';
  override readonly kind = 'usage';
}

export interface Inputs<P extends Schemas, W extends Workspaces> {
  readonly params: Values<P>;
  readonly workspaces: WorkspacePaths<W>;
}

type Wire = string | string[] | Record<string, string>;

/**
 * Reads what Tekton hands to a step: `--NAME=value`, `--NAME[ a b ]` for a list, `--NAME.key=value` for an object,
 * `--workspace.NAME=path`. By hand a list may also be `--NAME=a --NAME=b`. What no argument gives is taken from the environment (`PARAM_NAME`, lists and objects
 * as JSON), then from the default.
 *
 * @throws {InvalidInputError} naming the parameter, what was wrong with it, and never a value
 */
export function parseInputs<P extends Schemas, W extends Workspaces>(
  step: Pick<StepDefinition<P, Schemas, W>, 'params' | 'workspaces'>,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Inputs<P, W> {
  const { given, workspaces } = readArguments(step, argv);
  const params: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(step.params)) {
    params[name] = decode(name, schema, given.get(name) ?? fromEnvironment(name, schema, env));
  }
  return { params: params as Values<P>, workspaces: pathsOf(step.workspaces, workspaces) };
}

function pathsOf<W extends Workspaces>(declared: W, given: ReadonlyMap<string, string>): WorkspacePaths<W> {
  for (const [name, { optional }] of Object.entries(declared)) {
    if (optional !== true && !given.has(name)) {
      throw new InvalidInputError(`workspace ${name} is required`, {
        hint: `give its path as --workspace.${name}=/path`,
      });
    }
  }
  return Object.fromEntries(given) as WorkspacePaths<W>;
}

function readArguments(
  step: Pick<StepDefinition, 'params' | 'workspaces'>,
  argv: readonly string[],
): { readonly given: ReadonlyMap<string, Wire>; readonly workspaces: ReadonlyMap<string, string> } {
  const given = new Map<string, Wire>();
  const workspaces = new Map<string, string>();
  const seen = new Set<string>();
  const parts = new Map<string, string[]>();
  for (let index = 0; index < argv.length; index++) {
    const token = argv[index] ?? '';
    const option = /^--(?<name>[^=[\]]+?)(?:(?<list>\[)|=(?<value>[\s\S]*))$/.exec(token)?.groups;
    if (!option)
      throw new InvalidInputError(
        `argument ${index + 1} is not of the form --NAME=value`,
        wayOf(step, token),
      );
    const { name = '', list, value = '' } = option;
    if (name.startsWith('workspace.')) {
      if (list !== undefined) throw new InvalidInputError(`${printable(name)} is a path, given as array`);
      if (seen.has(name)) throw new InvalidInputError(`${printable(name)} is given twice`);
      seen.add(name);
      const workspace = name.slice('workspace.'.length);
      if (!Object.hasOwn(step.workspaces, workspace)) {
        throw new InvalidInputError(`there is no workspace ${printable(workspace)}`, {
          hint: `there are: ${Object.keys(step.workspaces).join(', ') || 'none'}; --help explains them`,
        });
      }
      if (value !== '') workspaces.set(workspace, value);
      continue;
    }
    const [param, key] = Object.hasOwn(step.params, name) ? [name] : splitKey(name);
    const schema = own(step.params, param);
    if (!schema) throw new InvalidInputError(`there is no parameter ${printable(param)}`, hint(step));
    const type = list !== undefined ? 'array' : key !== undefined ? 'object' : 'string';
    const isPart = type === 'string' && wireType(schema) === 'array';
    if (type !== wireType(schema) && !isPart) {
      throw new InvalidInputError(`parameter ${param} is of type ${wireType(schema)}, given as ${type}`);
    }
    if (isPart) {
      addPart(given, parts, param, value);
    } else if (type === 'array') {
      const end = closingBracket(argv, index + 1, (other) => isOption(step, other));
      if (end === -1) throw new InvalidInputError(`the list of parameter ${param} has no closing bracket`);
      setOnce(given, param, argv.slice(index + 1, end));
      index = end;
    } else if (key !== undefined) {
      const object = (given.get(param) ?? {}) as Record<string, string>;
      if (Object.hasOwn(object, key))
        throw new InvalidInputError(`parameter ${param}.${printable(key)} is given twice`);
      given.set(param, { ...object, [key]: value });
    } else {
      setOnce(given, param, value);
    }
  }
  return { given, workspaces };
}

/** Twice is refused: an element of a list that looks like an option cannot take another parameter's place. */
function setOnce(given: Map<string, Wire>, name: string, value: Wire): void {
  if (given.has(name)) throw new InvalidInputError(`parameter ${name} is given twice`);
  given.set(name, value);
}

/** Both forms of one list are refused for the same reason. */
function addPart(given: Map<string, Wire>, parts: Map<string, string[]>, name: string, value: string): void {
  const list = parts.get(name) ?? [];
  if (!parts.has(name)) setOnce(given, name, list);
  parts.set(name, list);
  list.push(value);
}

function splitKey(name: string): [string, string?] {
  const dot = name.lastIndexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** The first `]` after which the next option stands, or nothing: a lone `]` among the elements is an element. */
function closingBracket(argv: readonly string[], from: number, isOption: (token: string) => boolean): number {
  for (let index = from; index < argv.length; index++) {
    const next = argv[index + 1];
    if (argv[index] === ']' && (next === undefined || isOption(next))) return index;
  }
  return -1;
}

function isOption(step: Pick<StepDefinition, 'params' | 'workspaces'>, token: string): boolean {
  const name = /^--(?<name>[^=[\]]+?)(?:\[$|=)/.exec(token)?.groups?.name;
  return (
    name !== undefined &&
    (Object.hasOwn(step.params, name) ||
      name.startsWith('workspace.') ||
      Object.hasOwn(step.params, splitKey(name)[0]))
  );
}

function fromEnvironment(
  name: string,
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): Wire | undefined {
  const variable = `PARAM_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
  const text = env[variable];
  if (text === undefined || wireType(schema) === 'string') return text;
  try {
    return JSON.parse(text) as Wire;
  } catch {
    // Not the reason, which quotes the value.
    throw new InvalidInputError(`environment variable ${variable} is not JSON`);
  }
}

function decode(name: string, schema: Schema, wire: Wire | undefined): unknown {
  const parsed = schema.safeParse(wire);
  if (parsed.success) return parsed.data;
  if (wire === undefined) throw new InvalidInputError(`parameter ${name} is required`);
  const [issue] = parsed.error.issues;
  const { keys, element } = placeOf(issue?.path ?? [], wire);
  const place = [name, ...keys].join('.');
  throw new InvalidInputError(
    `parameter ${printable(place)} is not valid: ${element}${printable(issue?.message ?? 'unexpected value', 1_000)}`,
  );
}

/** People count the elements of a list from one. */
function placeOf(path: readonly PropertyKey[], wire: Wire): { keys: readonly string[]; element: string } {
  const [index] = path;
  if (!Array.isArray(wire) || typeof index !== 'number') return { keys: path.map(String), element: '' };
  return { keys: path.slice(1).map(String), element: `value ${index + 1} of ${wire.length}: ` };
}

/** How a parameter is written that was written otherwise, as `--TAGS a b` is. */
function wayOf(step: Pick<StepDefinition, 'params'>, token: string): { hint: string } {
  const name = token.replace(/^--/, '');
  const schema = token.startsWith('--') ? own(step.params, name) : undefined;
  if (!schema) return hint(step);
  const ways = {
    string: `--${name}=value`,
    array: `--${name}=a --${name}=b, or --${name}[ a b ]`,
    object: `--${name}.key=value`,
  };
  return { hint: `write ${ways[wireType(schema)]}` };
}

function hint(step: Pick<StepDefinition, 'params'>): { hint: string } {
  return { hint: `there are: ${Object.keys(step.params).join(', ')}; --help explains them` };
}
