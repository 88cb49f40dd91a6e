import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import * as z from 'zod';
import { type CrdSchema, definitions, objectMeta, strictSchema } from './strict-schema.ts';

const CustomResourceDefinition = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(
      z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: z.looseObject({}) }) }),
    ),
  }),
});

const Typed = z.object({ apiVersion: z.string(), kind: z.string() });

/** Problems of a manifest, each with the path of its field; none when an API server would take it. */
export type ManifestValidator = (manifest: unknown) => string[];

/** Checks manifests against every version of every `*.crd.yaml` in some directories. */
export function manifestValidator(...directories: readonly string[]): ManifestValidator {
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false, formats });
  ajv.addKeyword({ keyword: 'uniqueKeys', schemaType: 'array', type: 'array', validate: hasUniqueKeys });
  const validators = new Map<string, ValidateFunction>();
  const files = directories.flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => name.endsWith('.crd.yaml'))
      .map((name) => join(directory, name)),
  );
  for (const file of files) {
    const { spec } = CustomResourceDefinition.parse(parse(readFileSync(file, 'utf8')));
    for (const { name, schema } of spec.versions) {
      const id = `${spec.group}/${name} ${spec.names.kind}`;
      validators.set(id, ajv.compile(resourceSchema(schema.openAPIV3Schema)));
    }
  }
  return (manifest) => {
    const typed = Typed.safeParse(manifest);
    if (!typed.success) return ['apiVersion and kind are missing'];
    const validate = validators.get(`${typed.data.apiVersion} ${typed.data.kind}`);
    if (!validate) return [`no schema of ${typed.data.apiVersion} ${typed.data.kind}`];
    return validate(manifest) ? [] : [...new Set((validate.errors ?? []).map(describe))];
  };
}

function resourceSchema(schema: CrdSchema): object {
  const { properties = {}, ...strict } = strictSchema(schema) as { properties?: object };
  const text = { type: 'string' };
  return {
    ...strict,
    required: ['metadata', 'spec'],
    properties: { ...properties, apiVersion: text, kind: text, metadata: objectMeta },
    $defs: definitions,
  };
}

const formats = {
  int32: {
    type: 'number',
    validate: (value: number) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  },
  int64: { type: 'number', validate: (value: number) => Number.isSafeInteger(value) },
  double: { type: 'number', validate: () => true },
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  byte: /^[A-Za-z0-9+/]*={0,2}$/,
} as const;

/** `x-kubernetes-list-type: map`: no two elements have the same keys. */
function hasUniqueKeys(keys: readonly string[], list: readonly Readonly<Record<string, unknown>>[]): boolean {
  const seen = list.map((element) => JSON.stringify(keys.map((key) => element[key])));
  return new Set(seen).size === seen.length;
}

function describe({ instancePath, keyword, params, message }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/') || '.';
  if (keyword === 'additionalProperties')
    return `${path}: unknown field ${params.additionalProperty as string}`;
  if (keyword === 'uniqueKeys') return `${path}: two elements have the same key`;
  return `${path}: ${message ?? keyword}`;
}
