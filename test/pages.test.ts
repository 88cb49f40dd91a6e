import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readUpstream, renderCatalog } from '#lib/catalog';
import { parseObjects, planRun, type Resolver, sortObjects } from '#lib/local';
import { defineExternalTask, type PipelineTask, toYaml } from '#lib/tekton';
import { catalog, pipelines, tasks } from '../bundles/catalog.ts';

const root = join(import.meta.dirname, '..');
const rendered = renderCatalog(catalog);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const upstream = readUpstream(read('bundles/upstream.yaml'), 'bundles/upstream.yaml');

test.for([...tasks, ...pipelines])(
  'what the page of $name shows can be copied, and is planned by its bundle',
  async (one) => {
    const isTask = 'steps' in one;
    const page = rendered.get(isTask ? `tasks/${one.name}/README.md` : `pipelines/${one.name}.md`) ?? '';
    const [, yaml = ''] = /## Use it\n[^#]*?```yaml\n(.*?)```/s.exec(page) ?? [];
    const copied = isTask ? pipelineRunOf(parse(yaml) as readonly PipelineTask[]) : yaml;

    // What is rendered refers to tasks by name; what is published, by their bundles.
    const beside = isTask
      ? []
      : tasks.map(({ name }) => rendered.get(`bundles/rendered/tasks/${name}.yaml`) ?? '');
    const objects = sortObjects([copied, ...beside].flatMap((text) => parseObjects(text, 'page')));
    const plan = await planRun({
      objects,
      imageMap: [],
      resolvers: { bundles: resolver, git: resolver },
    });

    expect(isRight(parse(copied)), JSON.stringify(isRight.errors)).toBe(true);
    const planned = plan.tasks.map(({ name }) => name);
    expect(planned).toEqual(expect.arrayContaining(isTask ? [one.name] : one.tasks.map(({ name }) => name)));
  },
);

test.for(
  tasks.flatMap(({ name, definition }) =>
    Object.keys(definition.failures ?? {}).map((says) => [name, says] as const),
  ),
)('%s says in its log: %s', ([name, says]) => {
  const sources = globSync(['lib/**/*.ts', `tasks/${name}/**/*.ts`], { cwd: root }).filter(
    (path) => !path.endsWith('.test.ts') && !path.endsWith('/task.ts') && !path.endsWith('/failures.ts'),
  );
  // What differs is put in: a name, or the number of an answer.
  const pieces = says.split(/…|\d+/).filter((piece) => piece.trim().length > 3);

  expect(pieces.length).toBeGreaterThan(0);
  expect(sources.filter((path) => pieces.every((piece) => read(path).includes(piece)))).not.toEqual([]);
});

test('links of generated pages lead to files', () => {
  const links = [...rendered]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) =>
      [...text.matchAll(/\]\((?<to>[^)#:]+)\)/g)].map(({ groups }) =>
        join(root, path, '..', groups?.to ?? ''),
      ),
    );

  expect(links.length).toBeGreaterThan(100);
  expect(links.filter((to) => globSync(to).length === 0)).toEqual([]);
});

const isRight = new Ajv({ strict: false }).compile(JSON.parse(read('bundles/schema.json')) as object);

test('the example of a compose is right to an editor', () => {
  const run = parseAllDocuments(read('pipelines/examples/bootc-compose.yaml')).at(-1)?.toJS();

  expect(isRight(run), JSON.stringify(isRight.errors)).toBe(true);
  run.spec.params[0].name = 'compsoe';
  expect(isRight(run)).toBe(false);
});

/** A bundle is what is rendered here; what is pinned of others has its interface, and no step that runs. */
const resolver: Resolver = async (kind, params) => {
  const value = (param: string) => {
    const given = params.find(({ name }) => name === param)?.value;
    return typeof given === 'string' ? given : '';
  };
  const own = rendered.get(`bundles/rendered/${kind}s/${value('name')}.yaml`);
  const isOurs = value('bundle').startsWith(`${catalog.publication?.prefix}/tekton-catalog/${kind}-`);
  if (own !== undefined && isOurs) return { object: parse(own) };
  const other = upstream.find(
    ({ name }) => name === value('name') || value('pathInRepo').endsWith(`/${name}.yaml`),
  );
  if (other === undefined) throw new Error(`${value('name')} is neither ours nor pinned`);
  const { object } = defineExternalTask(other);
  const steps = [{ name: 'stand-in', image: 'stand-in', script: 'exit 1' }];
  return { object: { ...object, spec: { ...object.spec, steps } } };
};

/** What is shown for the tasks of a Pipeline, in a run of one. */
function pipelineRunOf(shown: readonly PipelineTask[]): string {
  const names = shown.flatMap(({ workspaces = [] }) => workspaces.map(({ workspace = '' }) => workspace));
  return toYaml({
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name: 'copied' },
    spec: {
      pipelineSpec: { workspaces: names.map((name) => ({ name })), tasks: shown },
      workspaces: names.map((name) => ({ name, emptyDir: {} })),
    },
  });
}
