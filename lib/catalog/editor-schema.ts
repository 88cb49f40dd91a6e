import { dirname, join } from 'node:path';
import {
  allowedOf,
  descriptionOf,
  inputSchema,
  type PipelineDefinition,
  type Schema,
  type Schemas,
  type TaskDefinition,
  wireDefault,
  wireType,
} from '#lib/tekton';
import type { Catalog, CatalogFolders } from './catalog.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Where the schema of a catalog lies: beside what is rendered. */
export function editorSchemaFile({ rendered }: CatalogFolders): string {
  return join(dirname(rendered), 'schema.json');
}

/**
 * JSON Schema (draft 07, which YAML servers of editors know) of the params that runs and pipelines give to the tasks and
 * pipelines of a catalog, by whatever reference: which there are, which must be there, what each takes. All else of an
 * object is left to Tekton's own schemas.
 */
export function editorSchema({ tasks, pipelines }: Pick<Catalog, 'tasks' | 'pipelines'>): JsonSchema {
  const spec = (schema: JsonSchema) => ({ properties: { spec: schema } });
  const ofKind = (kind: string, schema: JsonSchema) =>
    where({ properties: { kind: { const: kind } }, required: ['kind'] }, schema);
  const pipelineSpec = { $ref: '#/definitions/pipelineSpec' };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Params of the tasks and pipelines of a catalog',
    definitions: {
      pipelineSpec: {
        properties: Object.fromEntries(
          ['tasks', 'finally'].map((list) => [list, { items: { $ref: '#/definitions/task' } }]),
        ),
      },
      task: { allOf: tasks.map((task) => usedBy('taskRef', 'task', task)) },
    },
    allOf: [
      ofKind('TaskRun', spec({ $ref: '#/definitions/task' })),
      ofKind(
        'PipelineRun',
        spec({
          properties: { pipelineSpec },
          allOf: pipelines.map((pipeline) => usedBy('pipelineRef', 'pipeline', pipeline)),
        }),
      ),
      ofKind('Pipeline', spec(pipelineSpec)),
    ],
  };
}

/** `if` and `then` of JSON Schema, the second of which no object may have that could be awaited. */
function where(condition: JsonSchema, schema: JsonSchema): JsonSchema {
  return Object.fromEntries([
    ['if', condition],
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema.
    ['then', schema],
  ]);
}

/** The schema as a file: a line for each task and pipeline, so that a change is seen where it is. */
export function editorSchemaText(catalog: Parameters<typeof editorSchema>[0]): string {
  return `${JSON.stringify(editorSchema(catalog)).replaceAll('{"if":{"properties":{"', '\n$&')}\n`;
}

/** What stands beside a reference to a task or pipeline: by name, or to the bundle that has it. */
function usedBy(
  field: 'taskRef' | 'pipelineRef',
  kind: string,
  { name, description, params }: TaskDefinition | PipelineDefinition,
): JsonSchema {
  const resolved = (param: string, value: string) => ({
    contains: {
      properties: { name: { const: param }, value: { const: value } },
      required: ['name', 'value'],
    },
  });
  const named = { properties: { name: { const: name }, resolver: false }, required: ['name'] };
  const inBundle = {
    properties: { params: { allOf: [resolved('name', name), resolved('kind', kind)] } },
    required: ['params'],
  };
  return where(
    { properties: { [field]: { anyOf: [named, inBundle] } }, required: [field] },
    { properties: { [field]: { description }, ...paramsField(params) }, ...needed(params) },
  );
}

function paramsField(params: Schemas): JsonSchema {
  const each = Object.entries(params).map(([name, schema]) =>
    where(
      { properties: { name: { const: name } }, required: ['name'] },
      { properties: { value: valueSchema(schema) } },
    ),
  );
  return { params: { items: { properties: { name: { enum: Object.keys(params) } }, allOf: each } } };
}

/** A matrix gives params, too, so that beside one none is missed. */
function needed(params: Schemas): JsonSchema {
  const names = Object.entries(params).filter(([, schema]) => wireDefault(schema) === undefined);
  if (names.length === 0) return {};
  const all = names.map(([name]) => ({
    contains: { properties: { name: { const: name } }, required: ['name'] },
  }));
  return {
    anyOf: [{ required: ['matrix'] }, { required: ['params'], properties: { params: { allOf: all } } }],
  };
}

/** What Tekton, or Pipelines-as-Code before it, puts in its place. */
const reference = { type: 'string', pattern: '\\$\\(|\\{\\{' } as const;

function valueSchema(schema: Schema): JsonSchema {
  const { values } = allowedOf(schema);
  const { $schema: _, description: __, default: ___, ...shape } = inputSchema(schema);
  const one = values === undefined ? undefined : { type: 'string', enum: values };
  const own =
    one === undefined ? shape : wireType(schema) === 'array' ? { ...shape, items: anyOf(one) } : one;
  const items = 'items' in own ? { items: anyOf(own.items as JsonSchema) } : {};
  return { description: descriptionOf(schema), anyOf: [reference, { ...own, ...items }] };
}

function anyOf(schema: JsonSchema): JsonSchema {
  return 'anyOf' in schema ? schema : { anyOf: [reference, schema] };
}
