import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Asked, type StandInForClusterApi, standInForClusterApi } from '#test/cluster/cluster-api';
import { runStepWith } from '#test/context';
import verify from './verify-access-to-resources.ts';

let api: StandInForClusterApi;
beforeAll(async () => {
  api = await standInForClusterApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  vi.stubEnv('KUBECONFIG', api.kubeconfig);
  api.requests.length = 0;
});
afterEach(() => void vi.unstubAllEnvs());

const tenant = { release: 'tenant/rel', releasePlan: 'tenant/plan', snapshot: 'tenant/snap' };
const managed = {
  ...tenant,
  releasePlanAdmission: 'managed/adm',
  releaseServiceConfig: 'service/rsc',
  requireInternalServices: 'true',
};
const needed = [
  'get releases tenant/rel',
  'get releaseplans tenant/plan',
  'get snapshots tenant/snap',
  'get releaseplanadmissions managed/adm',
  'get releaseserviceconfigs service/rsc',
  'create internalrequests managed/',
];
const tell = ({ verb, resource, namespace, name }: Asked) => `${verb} ${resource} ${namespace}/${name}`;

async function run(params: Readonly<Record<string, string>>, allowed: readonly string[]) {
  api.permits = (asked) => allowed.includes(tell(asked));
  const lines: string[] = [];
  await runStepWith(verify, params, { lines });
  return lines;
}

test('a tenant needs three of them, and a status that cannot be patched is a warning', async () => {
  const lines = await run(tenant, needed.slice(0, 3));

  expect(lines.at(-1)).toBe(
    'the Release will not say what was released: a Role in tenant with the rule {apiGroups: ["appstudio.redhat.com"], resources: ["releases/status"], verbs: ["patch"]} would allow that',
  );
  expect(api.requests).toHaveLength(4);
});

test('with all of them there is nothing to say but the table', async () => {
  const lines = await run(managed, [...needed, 'patch releases/status tenant/rel']);

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^create +internalrequests +managed +yes$/m);
});

test.for(needed)('%s is needed', async (one) => {
  const rest = needed.filter((other) => other !== one);

  await expect(run(managed, rest)).rejects.toMatchObject({
    message: expect.stringContaining(
      `the account of this pod may not ${one.split(' ').slice(0, 2).join(' ')}`,
    ),
    hint: expect.stringContaining(`resources: ["${one.split(' ')[1]}"], verbs: ["${one.split(' ')[0]}"]`),
  });
});

test('everything that is missing is told at once, by the namespace of its Role', async () => {
  await expect(run(managed, [])).rejects.toMatchObject({
    message:
      'the account of this pod may not get releases rel in tenant, get releaseplans plan in tenant, get releaseplanadmissions adm in managed, get releaseserviceconfigs rsc in service, get snapshots snap in tenant, create internalrequests in managed',
    hint: expect.stringMatching(
      /^what is missing: a Role in tenant with .*; a Role in managed .*; a Role in service /,
    ),
  });
});

test.for([
  [{ snapshot: 'snap' }, 'param snapshot is "snap", which is not namespace/name'],
  [{ requireInternalServices: 'true' }, 'internal requests are made in the namespace of an admission'],
] as const)('%j is refused before anybody is asked', async ([given, message]) => {
  await expect(run({ ...tenant, ...given }, needed)).rejects.toThrow(message);
  expect(api.requests).toEqual([]);
});
