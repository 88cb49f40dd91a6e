import { expect, test } from 'vitest';
import type { Task } from '#lib/tekton';
import { externalFile, readInterface } from './external-file.ts';
import { readUpstream, type Upstream, upstreamFile } from './upstream-file.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const bundle = `quay.io/a/task-scan:0.3@${digest}`;

const scan: Task = {
  apiVersion: 'tekton.dev/v1',
  kind: 'Task',
  metadata: { name: 'scan', labels: { 'app.kubernetes.io/version': '0.3.1' } },
  spec: {
    params: [
      { name: 'image-url', description: "What 'it' looks at\n`*/" },
      { name: 'mode', default: 'no', enum: ['no', '1e3'] },
      { name: 'tags', type: 'array', default: [] },
      { name: 'git', type: 'object', properties: { url: {}, revision: { type: 'string' } } },
    ],
    results: [{ name: 'found', type: 'array' }, { name: 'TEST_OUTPUT' }],
    workspaces: [
      { name: 'source', readOnly: true },
      { name: 'auth', optional: true },
    ],
    steps: [{ name: 'scan', image: 'quay.io/a/b:1' }],
  },
};
const upstream = (pin = bundle, name = 'scan'): Upstream => ({
  ...readInterface({ ...scan, metadata: { ...scan.metadata, name } }, { bundle: pin }, 'there'),
  bundle: pin,
});

test('what is written is read back, and gives the same definition', () => {
  const tasks = [upstream(), upstream(bundle, 'other')];

  const read = readUpstream(upstreamFile(tasks), 'upstream.yaml');

  expect(read).toEqual(tasks);
  expect(read.map((task) => externalFile(task, 'x'))).toEqual(tasks.map((task) => externalFile(task, 'x')));
  expect(upstreamFile(read)).toBe(upstreamFile(tasks));
});

test.for([
  `quay.io/a/task-scan:0.3.9@${digest}`,
  `quay.io/a/task-scan:0.3@sha256:${'b'.repeat(64)}`,
  `quay.io/a/task-scan@${digest}`,
  `localhost:5000/a/task-scan:latest@${digest}`,
])('a pin that moves inside of a minor version is as it should be: %s', (pin) => {
  const text = upstreamFile([upstream()]).replace(bundle, pin);

  expect(readUpstream(text, 'upstream.yaml')[0]).toMatchObject({ bundle: pin });
});

test('a task in git is pinned by its commit', () => {
  const git = `https://git.example/tasks@${'a'.repeat(40)}:scan/scan.yaml`;
  const tasks = [upstream(bundle, 'other'), { ...readInterface(scan, { git }, 'there'), git }];
  const text = upstreamFile(tasks);

  expect(readUpstream(text, 'upstream.yaml')).toEqual(tasks);
  for (const wrong of ['main', 'a'.repeat(39), 'v1'])
    expect(() => readUpstream(text.replace(`@${'a'.repeat(40)}:`, `@${wrong}:`), 'upstream.yaml')).toThrow(
      'tasks.scan.git: expected <https URL>@<commit>:<path>',
    );
  expect(() =>
    readUpstream(text.replace('    git:', `    bundle: ${bundle}\n    git:`), 'upstream.yaml'),
  ).toThrow('tasks.scan: Unrecognized key: "bundle"');
});

test.for([
  [
    'another minor version',
    (text: string) => text.replace(':0.3@', ':0.4.1@'),
    'task scan: 0.4 is pinned, and its interface is that of 0.3.1',
  ],
  [
    'another major version',
    (text: string) => text.replace(':0.3@', ':1.3@'),
    'task scan: 1.3 is pinned, and its interface is that of 0.3.1',
  ],
  [
    'a default by hand',
    (text: string) => text.replace('default: "no"', 'default: "yes"'),
    'task scan: its interface was changed by hand',
  ],
  [
    'a param by hand',
    (text: string) => text.replace('name: image-url', 'name: image'),
    'task scan: its interface was changed by hand',
  ],
  [
    'no digest',
    (text: string) => text.replace(`@${digest}`, ''),
    'tasks.scan.bundle: expected repository[:tag]@sha256:…',
  ],
  [
    'a field that there is not',
    (text: string) => text.replace('type: array', 'typ: array'),
    'tasks.scan.params.2.type: Invalid option: expected one of "string"|"array"|"object"',
  ],
  [
    'a default that is a number',
    (text: string) => text.replace('default: "no"', 'default: 5'),
    'tasks.scan.params.1.default: Invalid input',
  ],
  [
    'a name that is a path',
    (text: string) => text.replace('- name: scan', '- name: ../scan'),
    'tasks.../scan.name: expected the name of a task',
  ],
  [
    'a task that stands there twice',
    (text: string) => text + text.slice(text.indexOf('  - name: scan')),
    'task scan stands there twice',
  ],
  ['a list', () => '- a\n', 'expected a mapping with tasks'],
  ['nothing', () => '', 'expected a mapping with tasks'],
  ['no tasks', () => 'task: []\n', 'tasks: Invalid input: expected array, received undefined'],
  ['what is no YAML', () => 'tasks: [\n', 'Flow sequence in block collection must be'],
  [
    'a key twice',
    (text: string) => text.replace('    workspaces:', '    results: []\n    workspaces:'),
    'Map keys must be unique',
  ],
] as const)('%s is refused, with the place', ([, change, message]) => {
  const text = upstreamFile([upstream()]);
  const changed = change(text);

  expect(changed).not.toBe(text);
  expect(() => readUpstream(changed, 'upstream.yaml')).toThrow(`upstream.yaml: ${message}`);
});
