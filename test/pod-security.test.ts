import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Pipeline, Task } from '#lib/tekton';
import { restrictedProblems } from '#test/pod-security';
import { exceptions } from '../bundles/exceptions.ts';

const rendered = join(import.meta.dirname, '../bundles/rendered');
const read = <T>(folder: string) =>
  readdirSync(join(rendered, folder)).map(
    (file) => parse(readFileSync(join(rendered, folder, file), 'utf8')) as T,
  );
const tasks = read<Task>('tasks');

test.for(tasks.map((task) => [task.metadata?.name ?? '', task] as const))(
  'a namespace of Pod Security "restricted" takes %s, but for its exceptions',
  ([name, task]) => {
    const broken = new Map<string, string[]>();
    const add = (container: string, rule: string) =>
      broken.set(container, [...(broken.get(container) ?? []), rule]);
    for (const { container, rule } of restrictedProblems(task)) add(container, rule);
    for (const { name: step, securityContext } of task.spec?.steps ?? []) {
      if (securityContext?.readOnlyRootFilesystem !== true) add(step, 'readOnlyRootFilesystem');
    }

    const allowed = exceptions.filter((exception) => exception.task === name);
    expect(Object.fromEntries([...broken].map(([step, rules]) => [step, rules.sort()]))).toEqual(
      Object.fromEntries(allowed.map(({ step, breaks }) => [step, [...breaks].sort()])),
    );
  },
);

test('every exception is of a step that is there, and has a reason', () => {
  const steps = tasks.flatMap(({ metadata, spec }) =>
    (spec?.steps ?? []).map(({ name }) => `${metadata?.name}/${name}`),
  );

  expect(exceptions.map(({ task, step }) => `${task}/${step}`).filter((one) => !steps.includes(one))).toEqual(
    [],
  );
  expect(exceptions.filter(({ why }) => why.length < 20)).toEqual([]);
});

test('pipelines have no steps of their own', () => {
  const pipelines = read<Pipeline>('pipelines');

  expect(pipelines.flatMap(({ spec }) => (spec?.tasks ?? []).filter(({ taskSpec }) => taskSpec))).toEqual([]);
});

const good = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

test.for<[what: string, spec: object, rules: readonly string[]]>([
  ['a step as it should be', step(good), []],
  ['NET_BIND_SERVICE', step({ ...good, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }), []],
  ['what its template says', { ...step({}), stepTemplate: { securityContext: good } }, []],
  ['nothing said', step({}), ['allowPrivilegeEscalation', 'runAsNonRoot', 'seccompProfile', 'capabilities']],
  ['a privileged step', step({ ...good, privileged: true }), ['privileged']],
  ['root by number', step({ ...good, runAsUser: 0 }), ['runAsUser']],
  ['a capability', step({ ...good, capabilities: { drop: ['ALL'], add: ['SETFCAP'] } }), ['capabilities']],
  ['some capabilities dropped', step({ ...good, capabilities: { drop: ['KILL'] } }), ['capabilities']],
  ['no seccomp', step({ ...good, seccompProfile: { type: 'Unconfined' } }), ['seccompProfile']],
  ['no AppArmor', step({ ...good, appArmorProfile: { type: 'Unconfined' } }), ['appArmorProfile']],
  ['an SELinux type', step({ ...good, seLinuxOptions: { type: 'spc_t' } }), ['seLinuxOptions']],
  ['an SELinux role', step({ ...good, seLinuxOptions: { role: 'system_r' } }), ['seLinuxOptions']],
  ['all of /proc', step({ ...good, procMount: 'Unmasked' }), ['procMount']],
  [
    'a process of the host',
    step({ ...good, windowsOptions: { hostProcess: true } }),
    ['windowsOptions.hostProcess'],
  ],
  [
    'a sidecar, which has no template',
    {
      stepTemplate: { securityContext: good },
      sidecars: [{ name: 's', securityContext: { ...good, runAsNonRoot: false } }],
    },
    ['runAsNonRoot'],
  ],
  ['a port of the host', sidecar({ ports: [{ containerPort: 80, hostPort: 80 }] }), ['hostPort']],
  [
    'a probe of another host',
    sidecar({ readinessProbe: { httpGet: { host: '10.0.0.1', port: 80 } } }),
    ['host'],
  ],
  ['a probe of itself', sidecar({ readinessProbe: { tcpSocket: { port: 80 } } }), []],
  ['a directory of the host', { volumes: [{ name: 'v', hostPath: { path: '/' } }] }, ['volumes.hostPath']],
  ['a network file system', { volumes: [{ name: 'v', nfs: { server: 's', path: '/' } }] }, ['volumes.nfs']],
  [
    'volumes of the cluster',
    {
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'w', secret: { secretName: 's' } },
      ],
    },
    [],
  ],
])('%s breaks what the standard says', ([, spec, rules]) => {
  expect(restrictedProblems({ spec }).map(({ rule }) => rule)).toEqual(rules);
});

function step(securityContext: object): object {
  return { steps: [{ name: 's', image: 'i', securityContext }] };
}

function sidecar(fields: object): object {
  return { sidecars: [{ name: 's', image: 'i', securityContext: good, ...fields }] };
}
