import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ManifestValidator, manifestValidator } from './manifest-validator.ts';

const directory = mkdtempSync(join(tmpdir(), 'crd-'));
let validate: ManifestValidator;

beforeAll(() => {
  writeFileSync(join(directory, 'widget.crd.yaml'), crd);
  validate = manifestValidator(directory);
});

afterAll(() => rmSync(directory, { recursive: true }));

test('takes a manifest that uses every kind of field', () => {
  const problems = validate(
    widget({
      size: 3,
      port: 'http',
      labels: { a: 'b' },
      anything: { really: [1] },
      env: [{ name: 'A' }, { name: 'B' }],
      note: null,
    }),
  );

  expect(problems).toEqual([]);
});

test.for([
  ['an unknown field', { sise: 3 }, 'spec: unknown field sise'],
  [
    'an unknown field of a list element',
    { env: [{ name: 'A', vlaue: '1' }] },
    'spec.env.0: unknown field vlaue',
  ],
  ['anything in an object without fields', { empty: { a: 1 } }, 'spec.empty: unknown field a'],
  ['text where a number belongs', { size: '3' }, 'spec.size: must be integer'],
  ['a number where text belongs', { labels: { a: 1 } }, 'spec.labels.a: must be string'],
  ['a list as int-or-string', { port: [] }, 'spec.port: must be integer,string'],
  ['a number too large for its format', { size: 2 ** 40 }, 'spec.size: must match format "int32"'],
  ['null where it is not allowed', { labels: null }, 'spec.labels: must be object'],
  [
    'two list elements with one key',
    { env: [{ name: 'A' }, { name: 'A' }] },
    'spec.env: two elements have the same key',
  ],
] as const)('refuses %s', ([, spec, problem]) => {
  expect(validate(widget(spec))).toContain(problem);
});

test.for([
  ['a name that is no DNS name', { name: 'A_b' }, 'metadata.name: must match pattern'],
  ['no name at all', {}, 'metadata: must match a schema in anyOf'],
  ['a label that is no string', { name: 'a', labels: { x: true } }, 'metadata.labels.x: must be string'],
  ['a field that only looks like metadata', { name: 'a', label: {} }, 'metadata: unknown field label'],
] as const)('refuses metadata with %s', ([, metadata, problem]) => {
  expect(validate({ ...widget({}), metadata }).join('\n')).toContain(problem);
});

test('refuses a version that the CRD does not have', () => {
  expect(validate({ ...widget({}), apiVersion: 'example.org/v2' })).toEqual([
    'no schema of example.org/v2 Widget',
  ]);
});

function widget(spec: object): object {
  return { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'w' }, spec };
}

const crd = `
spec:
  group: example.org
  names: { kind: Widget }
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          properties:
            apiVersion: { type: string }
            kind: { type: string }
            metadata: { type: object }
            spec:
              type: object
              properties:
                size: { type: integer, format: int32 }
                port: { x-kubernetes-int-or-string: true, anyOf: [{ type: integer }, { type: string }] }
                labels: { type: object, additionalProperties: { type: string } }
                anything: { type: object, x-kubernetes-preserve-unknown-fields: true }
                empty: { type: object }
                note: { type: string, nullable: true }
                env:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [name]
                  items:
                    type: object
                    required: [name]
                    properties: { name: { type: string }, value: { type: string } }
`;
