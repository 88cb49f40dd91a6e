/** The part of OpenAPI v3 that a CustomResourceDefinition may use ("structural schema"). */
export interface CrdSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, CrdSchema>>;
  readonly additionalProperties?: CrdSchema | boolean;
  readonly items?: CrdSchema;
  readonly nullable?: boolean;
  readonly anyOf?: readonly CrdSchema[];
  readonly allOf?: readonly CrdSchema[];
  readonly oneOf?: readonly CrdSchema[];
  readonly not?: CrdSchema;
  readonly [keyword: string]: unknown;
}

export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * What a Kubernetes API server accepts with strict field validation: fields that the schema does not name are refused,
 * outside `x-kubernetes-preserve-unknown-fields` (Kubernetes, "Extend the API with CustomResourceDefinitions").
 */
export function strictSchema(schema: CrdSchema): JsonSchema {
  const { description: _, default: __, example: ___, nullable, properties, items, ...rest } = schema;
  const plain = Object.entries(rest).filter(([keyword]) => !keyword.startsWith('x-kubernetes-'));
  const strict: Record<string, unknown> = Object.fromEntries(plain);
  if (schema['x-kubernetes-int-or-string'] === true) strict.type = ['integer', 'string'];
  if (properties) strict.properties = mapValues(properties, strictSchema);
  if (items) strict.items = strictSchema(items);
  if (isSchema(schema.additionalProperties)) {
    strict.additionalProperties = strictSchema(schema.additionalProperties);
  } else if (isClosed(schema)) {
    strict.additionalProperties = false;
  }
  if (schema['x-kubernetes-list-type'] === 'set') strict.uniqueItems = true;
  if (schema['x-kubernetes-list-type'] === 'map') strict.uniqueKeys = schema['x-kubernetes-list-map-keys'];
  return nullable === true ? { anyOf: [{ type: 'null' }, strict] } : strict;
}

/** Kubernetes' own check of `metadata`, which the schema of a CRD only names; the fields that a manifest may set. */
export const objectMeta: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  anyOf: [{ required: ['name'] }, { required: ['generateName'] }],
  properties: {
    name: { type: 'string', maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' },
    generateName: { type: 'string', maxLength: 253, pattern: '^[a-z0-9][-a-z0-9.]*$' },
    namespace: { type: 'string', maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
    labels: {
      type: 'object',
      propertyNames: { $ref: '#/$defs/qualifiedName' },
      additionalProperties: {
        type: 'string',
        maxLength: 63,
        pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$',
      },
    },
    annotations: {
      type: 'object',
      propertyNames: { $ref: '#/$defs/qualifiedName' },
      additionalProperties: { type: 'string' },
    },
    finalizers: { type: 'array', items: { type: 'string' } },
  },
};

/** Definitions that `objectMeta` refers to. */
export const definitions: JsonSchema = {
  qualifiedName: {
    type: 'string',
    pattern: '^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$',
  },
};

/** An object without any properties is closed too: an API server would drop whatever is in it. */
function isClosed(schema: CrdSchema): boolean {
  return (
    schema.type === 'object' &&
    schema.additionalProperties === undefined &&
    schema['x-kubernetes-preserve-unknown-fields'] !== true
  );
}

function isSchema(value: unknown): value is CrdSchema {
  return typeof value === 'object' && value !== null;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
