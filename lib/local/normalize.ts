/** Fields whose elements have a value that Tekton reads as string, list of strings or map of strings. */
const valued = new Set(['params', 'results', 'include']);

/**
 * Values of params and results as Tekton's API reads them: `1` and `true` become text, and so does a list or
 * map that holds anything but strings (ParamValue.UnmarshalJSON, pkg/apis/pipeline/v1/param_types.go).
 */
export function normalizeValues(node: unknown, key = ''): unknown {
  if (Array.isArray(node)) {
    return node.map((element: unknown) =>
      valued.has(key) ? normalizeElement(element) : normalizeValues(element),
    );
  }
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, normalizeValues(value, name)]),
  );
}

function normalizeElement(element: unknown): unknown {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) return element;
  return Object.fromEntries(
    Object.entries(element).map(([name, value]) =>
      name === 'value' || name === 'default'
        ? [name, toParamValue(value)]
        : [name, normalizeValues(value, name)],
    ),
  );
}

export function toParamValue(value: unknown): string | readonly string[] | Readonly<Record<string, string>> {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return JSON.stringify(value);
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  // Go takes null for an empty string here.
  if (!parts.every((part) => typeof part === 'string' || part === null)) return JSON.stringify(value);
  if (Array.isArray(value)) return value.map((part: string | null) => part ?? '');
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, (part as string | null) ?? '']),
  );
}
