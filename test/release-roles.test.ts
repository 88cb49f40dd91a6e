import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type ClusterObject, openClusterApi } from '#lib/cluster-api';
import { loadFiles } from '#lib/local';
import { runStepWith } from '#test/context';
import { dataObject, snapshotObject } from '#test/release/custom-resources';
import collectData from '../tasks/collect-data/collect-data.ts';
import collectSigningParams from '../tasks/collect-signing-params/collect-signing-params.ts';
import updateCrStatus from '../tasks/update-cr-status/update-cr-status.ts';
import verify from '../tasks/verify-access-to-resources/verify-access-to-resources.ts';

/**
 * bundles/rendered/rbac against an API that evaluates Roles: the tasks that ask it have enough with them, and too little
 * without any one rule.
 */
interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
type Role = ClusterObject & { readonly rules: readonly Rule[] };

const folder = join(import.meta.dirname, '../bundles/rendered/rbac/push-to-external-registry');
const [tenantRole, managedRole, serviceRole, settingsRole] = (await Promise.all(
  ['tenant', 'managed', 'service', 'cluster-config'].map(async (part) => {
    const [loaded] = await loadFiles([join(folder, `${part}.yaml`)]);
    // As `kubectl apply --namespace` fills in what an object does not say.
    if (loaded === undefined) throw new Error(`${part}.yaml is empty`);
    const { metadata, ...role } = loaded.object as unknown as Role;
    return { ...role, metadata: { namespace: part, ...metadata } } as Role;
  }),
)) as [Role, Role, Role, Role];

const named = (object: object, namespace: string, name: string) =>
  ({ ...object, metadata: { namespace, name } }) as unknown as ClusterObject;
const objects: readonly ClusterObject[] = [
  named(dataObject({}, 'Release'), 'tenant', 'rel'),
  named(dataObject({}), 'tenant', 'plan'),
  named(snapshotObject({ image: `127.0.0.1:1/a/b@sha256:${'1'.repeat(64)}` }), 'tenant', 'snap'),
  named(dataObject({}, 'ReleasePlanAdmission'), 'managed', 'adm'),
  named(dataObject({}, 'ReleaseServiceConfig'), 'service', 'rsc'),
  named(
    { apiVersion: 'v1', kind: 'ConfigMap', data: { enableKeylessSigning: 'true' } },
    'konflux-info',
    'cluster-config',
  ),
];

const ofTenant = { release: 'tenant/rel', releasePlan: 'tenant/plan', snapshot: 'tenant/snap' };
const releases = {
  tenant: {
    account: { namespace: 'tenant', name: 'releaser' },
    params: ofTenant,
    roles: [tenantRole, settingsRole],
  },
  managed: {
    account: { namespace: 'managed', name: 'releaser' },
    params: { ...ofTenant, releasePlanAdmission: 'managed/adm', releaseServiceConfig: 'service/rsc' },
    roles: [tenantRole, managedRole, serviceRole, settingsRole],
  },
};
type Release = (typeof releases)[keyof typeof releases];

const ends: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0)) end();
});

/** A kubeconfig of the account, at an API with the objects, the Roles, and bindings of them to the account. */
async function openApi({ account }: Release, roles: readonly Role[], directory: string): Promise<string> {
  const bindings = roles.map(({ metadata: { name, namespace } }) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    subjects: [{ kind: 'ServiceAccount', ...account }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
  }));
  const api = openClusterApi({ objects: [...objects, ...roles, ...bindings], namespace: 'tenant' });
  const listener = createServer();
  api.serve(listener);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  ends.push(() => listener.close(), api.close);
  const { port } = listener.address() as AddressInfo;
  const ca = Buffer.from(api.ca).toString('base64');
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [
      { name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': ca } },
    ],
    users: [{ name: 'test', user: { token: api.admit(account) } }],
  };
  const path = join(directory, 'kubeconfig');
  writeFileSync(path, JSON.stringify(kubeconfig), { mode: 0o600 });
  return path;
}

/** The tasks that say that they lack something, whether they fail by it or only warn. */
async function lacking(release: Release, roles: readonly Role[]): Promise<readonly string[]> {
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'release-roles-'));
  const workdir = scratch.path;
  const dataDir = join(workdir, 'release');
  mkdirSync(join(dataDir, 'results'), { recursive: true });
  writeFileSync(join(dataDir, 'results/one.json'), '{"images": []}');
  vi.stubEnv('KUBECONFIG', await openApi(release, roles, workdir));
  const { params } = release;
  const found: string[] = [];
  const watch = async (name: string, work: (lines: string[]) => Promise<unknown>) => {
    const lines: string[] = [];
    try {
      await work(lines);
    } catch (error) {
      lines.push((error as Error).message);
    }
    if (lines.some((line) => /a Role in|may not|would allow/.test(line))) found.push(name);
    else if (!isDone[name]?.test(lines.join('\n'))) throw new Error(`${name}: ${lines.join('\n')}`);
  };
  const files = { dataDir, ociStorage: 'empty' };
  const at = { workspaces: { workdir } };
  await watch('verify-access-to-resources', (lines) => runStepWith(verify, params, { lines }));
  await watch('collect-data', (lines) => runStepWith(collectData, { ...params, ...files }, { ...at, lines }));
  await watch('collect-signing-params', async (lines) => {
    const { enableKeylessSigning } = await runStepWith(collectSigningParams, {}, { lines });
    lines.push(`signing: ${enableKeylessSigning}`);
  });
  const resource = { resource: params.release, resultsDirPath: 'results', ...files };
  await watch('update-cr-status', (lines) => runStepWith(updateCrStatus, resource, { ...at, lines }));
  return found;
}

/** What each of them says at its end where it lacks nothing. */
const isDone: Readonly<Record<string, RegExp>> = {
  'verify-access-to-resources': /^patch +releases\/status rel +tenant +yes$/m,
  'collect-data': /^data of/m,
  'collect-signing-params': /^signing: true$/,
  'update-cr-status': /^status\.artifacts of Release tenant\/rel says images$/,
};

test.for(Object.entries(releases))('the release of a %s has enough with its Roles', async ([, release]) => {
  expect(await lacking(release, release.roles)).toEqual([]);
});

const everyRule = Object.entries(releases).flatMap(([name, release]) =>
  release.roles.flatMap((role) =>
    role.rules.map(
      (rule) => [name, `${rule.verbs.join()} ${rule.resources.join()}`, release, role, rule] as const,
    ),
  ),
);

/** The tasks that miss a rule, which is told as `verb resource`. */
const missedBy = (rule: string): readonly string[] => {
  if (rule === 'get configmaps') return ['collect-signing-params'];
  return rule === 'patch releases/status'
    ? ['verify-access-to-resources', 'update-cr-status']
    : ['verify-access-to-resources', 'collect-data'];
};

test.for(everyRule)('the release of a %s needs: %s', async ([, told, release, role, rule]) => {
  const without = release.roles.map((one) =>
    one === role ? { ...role, rules: role.rules.filter((other) => other !== rule) } : one,
  );

  expect(await lacking(release, without)).toEqual(missedBy(told));
});

test('no rule allows more than one thing', () => {
  const rules = releases.managed.roles.flatMap((role) => role.rules);

  expect(rules).toHaveLength(7);
  for (const { resources, verbs } of rules) expect([resources.length, verbs.length]).toEqual([1, 1]);
  expect(settingsRole).toMatchObject({
    metadata: { namespace: 'konflux-info' },
    rules: [{ resourceNames: ['cluster-config'] }],
  });
});
