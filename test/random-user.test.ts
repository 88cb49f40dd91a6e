import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageMapping } from '#lib/local';
import { createRegistryClient, packLayer, parseReference, pushImage, type Repository } from '#lib/oci';
import type { Task } from '#lib/tekton';
import { type Registry, startRegistry, tester } from '#test/registries/registry';
import { shareOf } from '#test/share';
import { makeStepImage, ownSteps, renderedTask, runTask } from '#test/step-image';

/** As OpenShift picks one for a namespace, in group 0; no passwd knows it. */
const anyone = { podTemplate: { securityContext: { runAsUser: 1_000_650_000 } } };

let scratch: string;
let registry: Registry;
let mapping: ImageMapping;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'random-user-'));
  registry = await startRegistry({ htpasswd: tester.htpasswd });
  mapping = await makeStepImage(join(scratch, 'steps'));
});
afterAll(async () => {
  await registry.stop();
  await rm(scratch, { recursive: true });
});

const unprivileged = ownSteps.filter((name) => stepOf(name)?.securityContext?.runAsUser === undefined);

test.for(shareOf('steps as anyone', unprivileged, 10))(
  '%s starts as anyone, with nothing but its volumes to write to',
  async (name) => {
    const task = only(name);

    const { message, lines } = await runTask({
      task,
      params: {},
      mapping,
      runsDirectory: scratch,
      spec: anyone,
      objects: [account()],
    });

    expect(message, lines.join('\n')).toBe('All Steps have completed executing');
    expect(lines.join('\n')).toContain(`${name}: `);
  },
);

test('apply-tags moves a tag as anyone, with the credentials of its account', async () => {
  const { image, digest, target } = await push('tags');

  const { message, lines } = await runTask({
    task: renderedTask('apply-tags'),
    params: { IMAGE_URL: image, IMAGE_DIGEST: digest, ADDITIONAL_TAGS: ['x'] },
    mapping,
    runsDirectory: scratch,
    spec: { ...anyone, serviceAccountName: 'pusher' },
    objects: [account()],
  });

  expect(message, lines.join('\n')).toBe('All Steps have completed executing');
  expect((await target.resolve('x')).digest).toBe(digest);
});

test('sanity-check writes its report as anyone', async () => {
  const { image, digest } = await push('checked');
  const reports = join(scratch, 'reports');
  await mkdir(reports);
  await chmod(reports, 0o777);

  const { message, results, lines } = await runTask({
    task: renderedTask('sanity-check'),
    params: { IMAGE_URL: image, IMAGE_DIGEST: digest, ON_FAILURE: 'report' },
    mapping,
    runsDirectory: scratch,
    spec: { ...anyone, serviceAccountName: 'pusher' },
    objects: [account()],
    workspaces: { reports },
  });

  expect(message, lines.join('\n')).toBe('All Steps have completed executing');
  expect(results.map(({ name }) => name)).toEqual(['TEST_OUTPUT', 'VERDICT']);
  expect(await readdir(reports)).toEqual(['sanity-check-1.json']);
});

test('without a user, or with root, no step of the catalog runs', async () => {
  const task = only(unprivileged[0] ?? '');
  const asRoot = { podTemplate: { securityContext: { runAsUser: 0 } } };

  const { message } = await runTask({ task, params: {}, mapping, runsDirectory: scratch, spec: asRoot });

  expect(message).toContain("container's runAsUser breaks non-root policy");
});

function stepOf(name: string) {
  const [task = '', step] = name.split('/');
  return renderedTask(task).spec?.steps?.find((one) => one.name === step);
}

/** A task of this one step as it is rendered, which only says how it is used. */
function only(name: string): Task {
  const [task = ''] = name.split('/');
  const { spec, ...rest } = renderedTask(task);
  const { results: _, ...fields } = spec ?? {};
  const { when: _when, ...step } = stepOf(name) ?? { name: '' };
  // The environment of a step and its volumes may take params, and a Secret is there under the name that they get.
  const params = fields.params?.map((param) => ({ default: param.type === 'array' ? [] : 'push', ...param }));
  const workspaces = fields.workspaces?.map((workspace) => ({ ...workspace, optional: true }));
  return { ...rest, spec: { ...fields, params, workspaces, steps: [{ ...step, args: ['--help'] }] } };
}

function account(): string {
  const auth = Buffer.from(`${tester.username}:${tester.password}`).toString('base64');
  const config = JSON.stringify({ auths: { [registry.host]: { auth } } });
  return `
apiVersion: v1
kind: ServiceAccount
metadata: {name: pusher}
secrets: [{name: push}]
---
apiVersion: v1
kind: Secret
metadata: {name: push}
type: kubernetes.io/dockerconfigjson
stringData: {.dockerconfigjson: '${config}'}
`;
}

async function push(name: string): Promise<{ image: string; digest: string; target: Repository }> {
  const image = `${registry.host}/anyone/${name}:1`;
  const { username, password } = tester;
  const credential = { username, password, source: 'test' };
  const client = createRegistryClient({ credentials: () => Promise.resolve(credential) });
  const target = client.repository(parseReference(image));
  const layer = await packLayer([{ path: 'etc/os-release', content: 'ID=fedora\n' }]);
  const { digest } = await pushImage(target, {
    config: { os: 'linux', architecture: 'amd64' },
    layers: [layer],
    tags: ['1'],
  });
  return { image, digest, target };
}
