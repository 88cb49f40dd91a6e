import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseImageMapping } from '#lib/local';
import { pipelineRun, yamlRunner } from '#test/run-yaml';

const folder = join(import.meta.dirname, 'examples/announce-release');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const run = yamlRunner();
/** In place of an image with Python, which no test can pull: this machine's root, by the user of such an image. */
const imageMap = [parseImageMapping('*=rootfs:/,user=65532:0')];
const ID = 'bootc-tenant/rel';
const [now, before] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`);

/** A webhook, as far as it is seen from outside: it takes what is posted. */
const posted: { readonly type: string | undefined; readonly body: unknown }[] = [];
const webhook = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    posted.push({
      type: request.headers['content-type'],
      body: JSON.parse(Buffer.concat(chunks).toString()),
    });
    response.writeHead(request.url === '/secret-path' ? 200 : 404).end('ok');
  });
});
beforeAll(() => new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => webhook.close(resolve)));

async function announce(status: object, account = 'announcer') {
  posted.length = 0;
  const { port } = webhook.address() as AddressInfo;
  const objects = [
    {
      apiVersion: 'appstudio.redhat.com/v1alpha1',
      kind: 'Release',
      metadata: { name: 'rel', namespace: 'bootc-tenant' },
      spec: { releasePlan: 'plan', snapshot: 'snap' },
      status,
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'chat', namespace: 'bootc-tenant' },
      stringData: { url: `http://127.0.0.1:${port}/secret-path` },
    },
  ];
  const params = {
    release: ID,
    releasePlan: 'bootc-tenant/plan',
    snapshot: 'bootc-tenant/snap',
    secret: 'chat',
  };
  const started = pipelineRun(`
pipelineRef: {name: announce-release}
taskRunTemplate: {serviceAccountName: ${account}}
params: ${JSON.stringify(Object.entries(params).map(([name, value]) => ({ name, value })))}`).replace(
    'generateName: test-',
    'generateName: test-, namespace: bootc-tenant',
  );
  const documents = [
    started,
    read('pipeline.yaml'),
    read('account.yaml'),
    ...objects.map((one) => JSON.stringify(one)),
  ];
  return run(documents.join('\n---\n'), { network: 'host', imageMap });
}

test('the final pipeline of the example posts what was released, and what each tag named before', async () => {
  const image = {
    name: 'a',
    shasum: now,
    urls: ['quay.io/a/b:1', 'quay.io/a/b:latest', 'quay.io/a/b:old'],
    moves: [
      { url: 'quay.io/a/b:1', to: now },
      { url: 'quay.io/a/b:latest', to: now, from: before },
    ],
  };

  const { status, lines } = await announce({
    artifacts: { images: [image], conforma: { policy: 'none', verified: false } },
  });

  expect(status, lines.join('\n')).toBe('Succeeded');
  const text = [
    `Release ${ID}: 1 images`,
    'NOTHING VERIFIED what was released',
    `a ${now}`,
    '  quay.io/a/b:1 (new)',
    `  quay.io/a/b:latest (${before})`,
    '  quay.io/a/b:old (as before)',
  ].join('\n');
  expect(posted).toEqual([{ type: 'application/json', body: { text } }]);
  expect(lines.join('\n')).not.toContain('secret-path');
});

test('of a release that has failed it says so, and why', async () => {
  const { status } = await announce({
    conditions: [
      {
        type: 'TenantPipelineProcessed',
        status: 'False',
        reason: 'Failed',
        message: 'verify-conforma failed',
        lastTransitionTime: '2026-11-27T12:00:00Z',
      },
    ],
  });

  expect(status).toBe('Succeeded');
  expect(posted.map(({ body }) => body)).toEqual([
    { text: `Release ${ID}: nothing was released\nTenantPipelineProcessed: verify-conforma failed` },
  ]);
});

test('the Role of the example is what the account needs: another account posts nothing', async () => {
  const { status, lines } = await announce({}, 'default');

  expect(status).toBe('Failed');
  expect(lines.join('\n')).toContain('403');
  expect(posted).toEqual([]);
});
