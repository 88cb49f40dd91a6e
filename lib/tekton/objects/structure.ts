import { own, quoted } from '#lib/text';
import { decodeParamValue, isLargeNumber, parseDuration, quantityProblem } from '../language/index.ts';
import type { Problem } from './problem.ts';
import { type Field, structures } from './structure.gen.ts';
import { suggestion } from './suggestion.ts';

export interface StructureOptions {
  /**
   * Accepts what Tekton's own decoder accepts: bare numbers, booleans and nested lists as values of params, names of
   * fields in another case. Strict is what a builder must pass.
   */
  readonly lenient?: boolean;
}

/** An object as Tekton's decoder would hold it, and what it would complain about. */
export interface Decoded {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** A value has another type than its field, so the decoder would have stopped. */
  readonly isBroken: boolean;
}

/** Unknown fields, wrong types, missing fields and unreadable durations and quantities, at any depth. */
export function checkStructure(
  value: unknown,
  structureName: string,
  path = '',
  options: StructureOptions = {},
): readonly Problem[] {
  return decode(value, structureName, path, options).problems;
}

export function decode(
  value: unknown,
  structureName: string,
  path = '',
  options: StructureOptions = {},
): Decoded {
  const state: State = { options, problems: [], isBroken: false };
  const decoded = structureValue(value, structureName, { path, depth: 0 }, state);
  return { value: decoded, problems: state.problems, isBroken: state.isBroken };
}

interface State {
  readonly options: StructureOptions;
  readonly problems: Problem[];
  isBroken: boolean;
}

interface Position {
  readonly path: string;
  readonly depth: number;
}

const DEEPEST = 64;

/** Required by the CRDs, but filled in by the defaulting webhook before anyone looks, and harmless when empty. */
const filledIn = new Set([
  'Step.name',
  'Sidecar.name',
  'WorkspaceUsage.mountPath',
  'TaskRunSidecarSpec.computeResources',
]);

const durations = new Set([
  'Step.timeout',
  'PipelineTask.timeout',
  'TaskRunSpec.timeout',
  'PipelineTaskRunSpec.timeout',
  'TimeoutFields.pipeline',
  'TimeoutFields.tasks',
  'TimeoutFields.finally',
]);

const quantities = new Set([
  'ResourceRequirements.limits',
  'ResourceRequirements.requests',
  'EmptyDirVolumeSource.sizeLimit',
]);

function structureValue(value: unknown, name: string, position: Position, state: State): unknown {
  const structure = own(structures, name);
  if (!structure) return value;
  if (!isObject(value)) return wrongType(value, 'an object', position, state, {});
  const isStatus = position.depth === 0;
  const decoded: [string, unknown][] = [];
  for (const [key, child] of Object.entries(value)) {
    const field = fieldName(key, structure.fields, state.options);
    const below = { ...position, path: join(position.path, key), depth: position.depth + 1 };
    if (field === undefined) reportUnknown(key, Object.keys(structure.fields), below, state);
    else if (child !== null && child !== undefined) {
      // The status is the cluster's, and may come from a newer one.
      const type = isStatus && field === 'status' ? 'any' : (own(structure.fields, field) ?? 'any');
      decoded.push([field, fieldValue(child, type, below, state)]);
      checkFormat(`${name}.${field}`, child, below.path, state);
    }
  }
  const known = new Set(decoded.map(([field]) => field));
  for (const field of structure.required) {
    if (known.has(field)) continue;
    decoded.push([field, zero(structure.fields[field])]);
    if (!filledIn.has(`${name}.${field}`)) {
      state.problems.push({ path: join(position.path, field), message: 'missing field(s)' });
    }
  }
  return Object.fromEntries(decoded);
}

/** encoding/json matches names without regard to case; a strict decoder does not. */
function fieldName(
  key: string,
  fields: Readonly<Record<string, Field>>,
  { lenient = false }: StructureOptions,
): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  if (!lenient) return undefined;
  return Object.keys(fields).find((field) => field.toLowerCase() === key.toLowerCase());
}

function reportUnknown(key: string, known: readonly string[], position: Position, state: State): void {
  // Each takes a while, and nobody reads hundreds of them.
  const meant = state.problems.length < 100 ? suggestion(key, known) : undefined;
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  state.problems.push({ path: position.path, message: `unknown field "${key}"${hint}` });
}

function fieldValue(value: unknown, field: Field, position: Position, state: State): unknown {
  if (position.depth > DEEPEST) {
    state.isBroken = true;
    state.problems.push({ path: position.path, message: 'nested too deeply' });
    return undefined;
  }
  if (typeof field === 'string') {
    if (Object.hasOwn(structures, field)) return structureValue(value, field, position, state);
    return primitive(value, field, position, state);
  }
  if ('list' in field) {
    if (!Array.isArray(value)) return wrongType(value, 'a list', position, state, []);
    return value.map((element: unknown, index) =>
      elementValue(element, field.list, `[${index}]`, position, state),
    );
  }
  if (!isObject(value)) return wrongType(value, 'a map', position, state, {});
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, element]) => [key, elementValue(element, field.map, `.${key}`, position, state)]),
  );
}

function elementValue(
  element: unknown,
  field: Field,
  suffix: string,
  position: Position,
  state: State,
): unknown {
  const below = { ...position, path: `${position.path}${suffix}`, depth: position.depth + 1 };
  // Go reads null as the zero value.
  if (element === null || element === undefined) {
    const empty = zero(field);
    return typeof empty === 'string' ? empty : fieldValue(empty, field, below, state);
  }
  return fieldValue(element, field, below, state);
}

function primitive(value: unknown, type: string, position: Position, state: State): unknown {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : wrongType(value, 'a string', position, state, '');
    case 'boolean':
      return typeof value === 'boolean' ? value : wrongType(value, 'a boolean', position, state, false);
    case 'integer':
      return Number.isInteger(value) ? value : wrongType(value, 'a whole number', position, state, 0);
    case 'number':
      return typeof value === 'number' ? value : wrongType(value, 'a number', position, state, 0);
    case 'int-or-string':
      if (typeof value === 'string' || typeof value === 'number') return value;
      return wrongType(value, 'a number or a string', position, state, 0);
    case 'ParamValue':
      return paramValue(value, position, state);
    default:
      return value;
  }
}

function paramValue(value: unknown, { path }: Position, { options, problems }: State): unknown {
  const { value: decoded, isText } = decodeParamValue(value);
  if (isText && options.lenient !== true) {
    const message = `expected a string, a list of strings or a map of strings, got ${kindOf(value)}: Tekton would read it as the text ${JSON.stringify(decoded)}; put it in quotes`;
    problems.push({ path, message });
  }
  return decoded;
}

function checkFormat(field: string, value: unknown, path: string, { problems }: State): void {
  if (durations.has(field)) {
    if (typeof value === 'string' && parseDuration(value) === undefined) {
      problems.push({ path, message: `time: invalid duration ${JSON.stringify(value)}` });
    }
    return;
  }
  if (!quantities.has(field)) return;
  const entries: readonly [string, unknown][] = isObject(value)
    ? Object.entries(value).map(([key, element]) => [`${path}.${key}`, element])
    : [[path, value]];
  for (const [at, quantity] of entries) {
    const message = quantityProblem(quantity);
    if (message !== undefined) problems.push({ path: at, message });
  }
}

function wrongType(
  value: unknown,
  wanted: string,
  { path }: Position,
  state: State,
  instead: unknown,
): unknown {
  state.isBroken = true;
  state.problems.push({ path, message: `expected ${wanted}, got ${kindOf(value)}` });
  return instead;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isLargeNumber(value)) return `the number ${JSON.stringify(value)}`;
  if (typeof value === 'object') return 'an object';
  return `the ${typeof value} ${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`;
}

function zero(field: Field | undefined): unknown {
  if (field === 'boolean') return false;
  if (field === 'integer' || field === 'number' || field === 'int-or-string') return 0;
  if (field === 'string' || field === 'ParamValue' || field === undefined || field === 'any') return '';
  return typeof field === 'object' && 'list' in field ? [] : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLargeNumber(value);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
