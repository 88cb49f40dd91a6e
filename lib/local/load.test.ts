import { expect, test } from 'vitest';
import { parseObjects } from './load.ts';
import { sortObjects } from './objects.ts';

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

test('refuses two of one kind by the same name', () => {
  const yaml = '{apiVersion: tekton.dev/v1, kind: Task, metadata: {name: t}}';

  expect(() => sortObjects(parseObjects(`${yaml}\n---\n${yaml}`, 'x.yaml'))).toThrow(
    'there are two of Task t',
  );
});
