import { describe, expect, test } from 'vitest';
import { explain } from '#lib/errors';
import { parseObjects } from './load.ts';
import { sortObjects } from './objects.ts';
import { ofNamespace } from './of-namespace.ts';

const HOSTILE = `\u001b]0;pwned\u0007\n${'x'.repeat(1024 * 1024)}`;

function paramValue(yaml: string): unknown {
  const [loaded] = parseObjects(
    `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: x}\nspec: {taskRef: {name: t}, params: [{name: p, value: ${yaml}}]}`,
    'x.yaml',
  );
  const { taskRuns } = sortObjects(loaded ? [loaded] : []);
  return taskRuns[0]?.spec?.params?.[0]?.value;
}

// kubectl reads YAML 1.1, and ParamValue.UnmarshalJSON makes text of what is neither list nor map of strings.
test.for([
  ['text', 'text'],
  ['1', '1'],
  ['1.10', '1.1'],
  ['012', '10'],
  ['true', 'true'],
  ['yes', 'true'],
  ['off', 'false'],
  ['1:30', '1:30'],
  ['2001-01-01', '2001-01-01'],
  ['.', '.'],
  ['-.', '-.'],
  ['._', '._'],
  ['e5', 'e5'],
  ['.e5', '.e5'],
  ['-E10', '-E10'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['0o17', '15'],
  ['0_', '0'],
  ['12345678901234567890', '12345678901234567890'],
  ['[12345678901234567890]', '[12345678901234567890]'],
  ['1e3', '1000'],
  ['[a, b]', ['a', 'b']],
  ['[1, 2]', '[1,2]'],
  ['{k: v}', { k: 'v' }],
  ['{k: 1}', '{"k":1}'],
] as const)('reads the value %s as %j', ([yaml, expected]) => {
  expect(paramValue(yaml)).toEqual(expected);
});

test('reads several documents, a list, and skips empty ones', () => {
  const yaml = `---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
- {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: b}}
---
# nothing
---
{"apiVersion": "tekton.dev/v1beta1", "kind": "StepAction", "metadata": {"name": "c"}}
`;

  const objects = sortObjects(parseObjects(yaml, 'x.yaml'));

  expect([...objects.configMaps.keys(), ...objects.tasks.keys(), ...objects.stepActions.keys()]).toEqual([
    'a',
    'b',
    'c',
  ]);
});

test.for([
  ['a: [', 'x.yaml is not YAML'],
  ['a: 1\na: 2', 'x.yaml is not YAML: Map keys must be unique'],
  ['just text', 'x.yaml:1 is no object of Kubernetes'],
  ['a: 1', 'it has no apiVersion or no kind'],
  ['{apiVersion: v1, kind: Pod, metadata: {name: p}}', 'x.yaml:1: a Pod cannot be used here'],
  [
    '{apiVersion: tekton.dev/v1, kind: StepAction, metadata: {name: p}}',
    'no kind "StepAction" is registered',
  ],
  ['{apiVersion: tekton.dev/v1, kind: Task}', 'metadata.name: a Task needs a name'],
])('refuses %j', ([yaml, message]) => {
  expect(() => sortObjects(parseObjects(yaml ?? '', 'x.yaml'))).toThrow(message);
});

test('40,000 keys take a moment, and one that is there twice is found among them', () => {
  const keys = Array.from({ length: 40_000 }, (_, index) => `  k${index}: v\n`).join('');
  const yaml = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n${keys}`;
  const started = process.cpuUsage().user;

  expect(sortObjects(parseObjects(yaml, 'x.yaml')).configMaps.size).toBe(1);
  // Half a minute where each is compared with all before.
  expect(process.cpuUsage().user - started).toBeLessThan(8_000_000);
  expect(() => parseObjects(`${yaml}  k7: w\n`, 'x.yaml')).toThrow(
    'x.yaml is not YAML: Map keys must be unique at line 40005, column 3: "k7"',
  );
});

test('more documents than any catalog has are not read', () => {
  expect(() => parseObjects('a: 1\n---\n'.repeat(30_000), 'x.yaml')).toThrow('more than 20000 documents');
});

test('an alias bomb is refused, as an error of whoever gave it', () => {
  const bomb = Array.from(
    { length: 9 },
    (_, level) => `k${level + 1}: &k${level + 1} [${Array(9).fill(`*k${level}`).join(', ')}]`,
  );

  expect(() => parseObjects(['k0: &k0 [x]', ...bomb].join('\n'), 'x.yaml')).toThrow(
    /^x\.yaml is not YAML: document contains excessive aliasing at line 1, column 1/,
  );
});

test('a file without end is refused by its size', () => {
  expect(() => parseObjects('#'.repeat(40 * 1024 * 1024), 'x.yaml')).toThrow(
    'x.yaml has 41943040 bytes, and more than 16777216 are not read',
  );
});

test.for([
  ['kind', { kind: HOSTILE, apiVersion: 'tekton.dev/v1', metadata: { name: 'a' } }],
  ['version', { kind: 'Task', apiVersion: HOSTILE, metadata: { name: 'a' } }],
  ['name', { kind: 'Task', apiVersion: 'tekton.dev/v1', metadata: { name: HOSTILE }, spec: { steps: 7 } }],
  ['field', { kind: 'Task', apiVersion: 'tekton.dev/v1', metadata: { name: 'a' }, spec: { [HOSTILE]: 7 } }],
  [
    'number of fields',
    {
      kind: 'Task',
      apiVersion: 'tekton.dev/v1',
      metadata: { name: 'a' },
      spec: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, 1])),
    },
  ],
] as const)('of a hostile %s little is told, on some lines', ([, object]) => {
  const failure = explain(thrownBy(() => sortObjects(parseObjects(JSON.stringify(object), 'x.yaml'))));

  expect(failure).toMatch(/^[ -~…\n]{1,20000}$/u);
});

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test('refuses two of one kind by the same name', () => {
  const yaml = '{apiVersion: tekton.dev/v1, kind: Task, metadata: {name: t}}';

  expect(() => sortObjects(parseObjects(`${yaml}\n---\n${yaml}`, 'x.yaml'))).toThrow(
    'there are two of Task t',
  );
});

describe('ConfigMaps of one name in two namespaces', () => {
  const map = (namespace: string, value: string) =>
    `{apiVersion: v1, kind: ConfigMap, metadata: {name: c${namespace && `, namespace: ${namespace}`}}, data: {k: ${value}}}`;
  const sorted = (...objects: readonly string[]) =>
    sortObjects(parseObjects(objects.join('\n---\n'), 'x.yaml'));

  test('each run finds that of its own, and no other one', () => {
    const objects = sorted(map('a', 'of-a'), map('b', 'of-b'));
    const found = (namespace: string) => ofNamespace(objects, namespace).configMaps.get('c')?.data;

    expect(['a', 'b', 'c'].map(found)).toEqual([{ k: 'of-a' }, { k: 'of-b' }, undefined]);
    expect(objects.configMaps.has('c')).toBe(false);
  });

  test('one without a namespace is in that of the run', () => {
    const objects = sorted(map('', 'mine'), map('b', 'of-b'));

    expect(ofNamespace(objects, 'a').configMaps.get('c')?.data).toEqual({ k: 'mine' });
    expect(() => ofNamespace(objects, 'b')).toThrow('there are two of ConfigMap b/c');
  });

  test('one that is there once is found whatever its namespace; two in one namespace are refused', () => {
    expect(ofNamespace(sorted(map('a', 'of-a')), 'b').configMaps.get('c')?.data).toEqual({ k: 'of-a' });
    expect(() => sorted(map('a', '1'), map('a', '2'))).toThrow('there are two of ConfigMap c');
  });
});
