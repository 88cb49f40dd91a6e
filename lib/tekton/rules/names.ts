import type { ObjectMeta } from '../objects/api.gen.ts';
import type { Problem } from '../objects/problem.ts';

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const qualified = '(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

/** RFC 1123, as k8s.io/apimachinery/pkg/util/validation has it. */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && new RegExp(`^${label}$`).test(name);
}

export function isDnsSubdomain(name: string): boolean {
  return name.length <= 253 && new RegExp(`^${label}(?:\\.${label})*$`).test(name);
}

/** A name with an optional `prefix/` (IsQualifiedName): keys of labels, and names in references. */
export function isQualifiedName(name: string): boolean {
  const parts = name.split('/');
  const last = parts.at(-1) ?? '';
  if (parts.length > 2 || last.length > 63 || !new RegExp(`^${qualified}$`).test(last)) return false;
  return parts.length === 1 || isDnsSubdomain(parts[0] ?? '');
}

/** stringAndArrayVariableNameFormat and objectVariableNameFormat (pkg/apis/pipeline/v1/task_validation.go). */
export function isParamName(name: string, type: string): boolean {
  return type === 'object' ? /^[_a-zA-Z][_a-zA-Z0-9-]*$/.test(name) : /^[_a-zA-Z][_a-zA-Z0-9.-]*$/.test(name);
}

export const RESULT_NAME = '^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$';

export function isResultName(name: string): boolean {
  return new RegExp(RESULT_NAME).test(name);
}

/** ObjectMetadata (pkg/apis/validate/metadata.go), and what Kubernetes says about labels and annotations. */
export function metadataProblems(metadata: ObjectMeta = {}): readonly Problem[] {
  return [...nameProblems(metadata), ...labelProblems(metadata)];
}

function nameProblems({ name = '', generateName = '' }: ObjectMeta): readonly Problem[] {
  if (name === '' && generateName === '') {
    return [{ path: 'metadata.name', message: 'missing field(s): name or generateName is required' }];
  }
  const path = name === '' ? 'metadata.generateName' : 'metadata.name';
  // The cluster cuts generateName and adds five characters before the webhook sees the name.
  const whole = name === '' ? `${generateName.slice(0, 58)}abcde` : name;
  if (!isDnsSubdomain(whole)) {
    const message = `invalid resource name ${JSON.stringify(name || generateName)}: must be a valid DNS label`;
    return [{ path, message }];
  }
  if (whole.length <= 63) return [];
  return [{ path, message: 'Invalid resource name: length must be no more than 63 characters' }];
}

function labelProblems({ labels = {}, annotations = {} }: ObjectMeta): readonly Problem[] {
  const keys = [
    ...Object.keys(labels).map((key) => ({ key, path: `metadata.labels.${key}` })),
    ...Object.keys(annotations).map((key) => ({
      key: key.toLowerCase(),
      path: `metadata.annotations.${key}`,
    })),
  ];
  const wrongKeys = keys.filter(({ key }) => !isQualifiedName(key));
  const wrongValues = Object.entries(labels).filter(
    ([, value]) => value.length > 63 || !new RegExp(`^(?:${qualified})?$`).test(value),
  );
  return [
    ...wrongKeys.map(({ key, path }) => ({
      path,
      message: `invalid key ${JSON.stringify(key)}: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    })),
    ...wrongValues.map(([key, value]) => ({
      path: `metadata.labels.${key}`,
      message: `invalid label value ${JSON.stringify(value)}: must be 63 characters or less, of alphanumeric characters, '-', '_' or '.', starting and ending with an alphanumeric character`,
    })),
  ];
}
