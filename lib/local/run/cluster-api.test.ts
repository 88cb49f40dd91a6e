import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { taskRun, yamlRunner } from '#test/run-yaml';
import { parseImageMapping } from '../index.ts';

const run = yamlRunner();

const snapshot = `
---
apiVersion: appstudio.redhat.com/v1alpha1
kind: Snapshot
metadata: {name: s, namespace: team}
spec: {application: app, components: [{name: a, containerImage: "quay.io/a/b@sha256:${'0'.repeat(64)}"}]}`;
const release = `
---
apiVersion: appstudio.redhat.com/v1alpha1
kind: Release
metadata: {name: r, namespace: team}
spec: {snapshot: s, releasePlan: p}`;
const role = (rules: string, account: string) => `
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: releaser, namespace: team}
rules: ${rules}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: releaser, namespace: team}
subjects: [{kind: ServiceAccount, name: ${account}}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: releaser}`;

/** openssl is the client: it sends `$1`, with `$3` as a body of type `$2`, and shows the answer. */
const ask = `
account=/var/run/secrets/kubernetes.io/serviceaccount
ask() {
  { printf '%s HTTP/1.1\\r\\nHost: kubernetes\\r\\nConnection: close\\r\\n' "$1"
    printf 'Authorization: Bearer %s\\r\\n' "$(cat $account/token)"
    [ -z "$2" ] || printf 'Content-Type: %s\\r\\nContent-Length: %s\\r\\n' "$2" "\${#3}"
    printf '\\r\\n%s' "$3"; } |
  openssl s_client -quiet -ign_eof -verify_return_error -CAfile $account/ca.crt \\
    -verify_ip $KUBERNETES_SERVICE_HOST -connect $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT 2>/tmp/problem || cat /tmp/problem
  echo
}
team=/apis/appstudio.redhat.com/v1alpha1/namespaces/team`;
const asking = (script: string, account = 'robot') =>
  taskRun(`
serviceAccountName: ${account}
taskSpec:
  steps:
  - name: s
    image: any
    script: |
${`${ask}\n${script}`.replace(/^/gm, '      ')}`).replace(
    'generateName: test-',
    'generateName: test-, namespace: team',
  );

test('a step reads objects of the files from the API, patches a status, and asks what it may', async () => {
  const { lines, notes, status, directory } = await run(
    asking(`
ask "GET $team/snapshots/s"
ask "PATCH $team/releases/r/status" application/merge-patch+json '{"status":{"artifacts":{"images":["a"]}}}'
ask "GET $team/releases/r"
ask "GET $team/releases"
cat $account/namespace`) +
      snapshot +
      release,
  );
  const said = lines.join('\n');
  const kept = await readFile(join(directory, 'objects/team/release-r.yaml'), 'utf8');

  expect(status, said).toBe('Succeeded');
  expect(said).toMatch(
    /200 OK[\s\S]*"application":"app"[\s\S]*200 OK[\s\S]*200 OK[\s\S]*"artifacts":\{"images":\["a"\]\}/,
  );
  expect(said).toMatch(
    /405 Method Not Allowed[\s\S]*list of releases.appstudio.redhat.com is not served here/,
  );
  expect(lines.at(-1)).toBe('s: team');
  expect(parse(kept)).toMatchObject({
    kind: 'Release',
    metadata: { name: 'r', namespace: 'team' },
    status: { artifacts: { images: ['a'] } },
  });
  expect(notes).toEqual([
    'the steps have an API of a cluster with 2 objects of the files; no Role is among them, so that everybody may do all',
    `the status of Release team/r was patched: ${directory}/objects/team/release-r.yaml`,
  ]);
});

test.for([
  ['robot', '200 OK'],
  ['guest', String.raw`User \"system:serviceaccount:team:guest\" cannot get resource \"snapshots\"`],
] as const)('Roles of the files decide what the account %s of a TaskRun may', async ([account, said]) => {
  const rules = '[{apiGroups: [appstudio.redhat.com], resources: [snapshots], verbs: [get]}]';
  const yaml = asking(`ask "GET $team/snapshots/s"`, account) + snapshot + role(rules, 'robot');

  expect((await run(yaml)).lines.join('\n')).toContain(said);
});

test('nobody reaches it from outside of the network of the TaskRun', async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address),
  );
  const said: string[] = [];
  let here = '';
  const event = (one: { readonly type: string; readonly text?: string }) => {
    if (one.type !== 'step-log') return;
    said.push(one.text ?? '');
    // While the step runs: all that listens on this machine, its port in hexadecimal.
    if (one.text?.startsWith('port '))
      here = readFileSync('/proc/net/tcp', 'utf8') + readFileSync('/proc/net/tcp6', 'utf8');
  };
  await run(
    asking(`
echo port $KUBERNETES_SERVICE_PORT
sleep 1
for address in ${['127.0.0.1', ...addresses].join(' ')}; do
  timeout 5 bash -c "true < /dev/tcp/$address/$KUBERNETES_SERVICE_PORT" 2>/dev/null && echo $address answers || echo $address does not
done`) + snapshot,
    { sinks: [{ event }] },
  );
  const port = Number(said[0]?.slice(5)).toString(16).toUpperCase().padStart(4, '0');

  expect(said.slice(1)).toEqual(['127.0.0.1 answers', ...addresses.map((address) => `${address} does not`)]);
  expect(here).toContain('local_address');
  expect(here).not.toMatch(new RegExp(`:${port} [0-9A-F:]+ 0A `));
});

test('there is none for a run without a custom resource', async () => {
  const { lines } = await run(
    asking('test -e $account || echo none; echo host=$KUBERNETES_SERVICE_HOST', 'default'),
  );

  expect(lines).toContain('s: host=');
});

test('of two ConfigMaps of one name a pod mounts that of its namespace, and the API has both', async () => {
  const map = (namespace: string) => `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: ${namespace}}
data: {of: ${namespace}}`;
  const mounting = taskRun(`
taskSpec:
  volumes: [{name: v, configMap: {name: config}}]
  steps:
  - name: s
    image: any
    volumeMounts: [{name: v, mountPath: /v}]
    script: |
${`${ask}\ncat /v/of; echo\nask "GET /api/v1/namespaces/other/configmaps/config"`.replace(/^/gm, '      ')}`);
  const yaml = mounting.replace('generateName: test-', 'generateName: test-, namespace: team');

  const { lines } = await run(yaml + map('team') + map('other') + snapshot);

  expect(lines).toContain('s: team');
  expect(lines.join('\n')).toMatch(/200 OK[\s\S]*"of":"other"/);
});

test('an object that a cluster would not hold is refused before anything runs', async () => {
  await expect(run(asking('true') + snapshot.replace('name: s', 'name: S'))).rejects.toThrow(
    'Snapshot S has a name that none can have',
  );
});

describe('what a cluster gives to a container', () => {
  test('its sidecars have it too, and an environment of its own wins', async () => {
    const { lines } = await run(
      taskRun(`
taskSpec:
  volumes: [{name: v, emptyDir: {}}]
  sidecars:
  - {name: side, image: any, volumeMounts: [{name: v, mountPath: /v}], script: 'cp /var/run/secrets/kubernetes.io/serviceaccount/token /v/t; touch /v/ready; sleep 60', readinessProbe: {periodSeconds: 1, exec: {command: [test, -e, /v/ready]}}}
  steps:
  - {name: s, image: any, env: [{name: KUBERNETES_SERVICE_HOST, value: mine}], volumeMounts: [{name: v, mountPath: /v}], script: 'cmp /v/t /var/run/secrets/kubernetes.io/serviceaccount/token && echo same $KUBERNETES_SERVICE_HOST'}`) +
        snapshot,
    );

    expect(lines).toContain('s: same mine');
  });

  test('no token where the account wants none mounted', async () => {
    const account = `
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: team}
automountServiceAccountToken: false`;
    const { lines } = await run(
      asking('test -e $account/token || echo none; echo $KUBERNETES_SERVICE_HOST') + account + snapshot,
    );

    expect(lines).toEqual(['s: none', 's: 127.0.0.1']);
  });

  test('a volume with a token for the API holds it, one for another audience what the user gives', async () => {
    const { lines } = await run(
      taskRun(`
taskSpec:
  volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: api}}, {serviceAccountToken: {path: other, audience: sigstore}}]}}]
  steps: [{name: s, image: any, volumeMounts: [{name: v, mountPath: /v}], script: 'cmp /v/api /var/run/secrets/kubernetes.io/serviceaccount/token && wc -c < /v/other'}]`) +
        snapshot,
    );

    expect(lines).toEqual(['s: 0']);
  });
});

const steps = join(import.meta.dirname, '../../../dist/steps');
test.runIf(existsSync(steps))(
  'our own step finds the ConfigMap of a cluster with Konflux, in its own network or on the host',
  async () => {
    const file = join(import.meta.dirname, '../../../bundles/rendered/tasks/init.yaml');
    const config = `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cluster-config, namespace: konflux-info}
data: {allow-cache-proxy: "true", http-proxy: "proxy.example:3128", no-proxy: "example.com"}`;
    const yaml = `${await readFile(file, 'utf8')}
---
${taskRun('taskRef: {name: init}\nparams: [{name: enable-cache-proxy, value: "true"}]')}${config}${snapshot}`;
    const imageMap = [parseImageMapping(`*=rootfs:/,user=65532:0,mount=${steps}:/usr/libexec/bootc-catalog`)];

    for (const network of ['pod', 'host']) {
      const { results, lines } = await run(yaml, { imageMap, network });
      expect(results, lines.join('\n')).toEqual([
        { name: 'http-proxy', type: 'string', value: 'proxy.example:3128' },
        { name: 'no-proxy', type: 'string', value: 'example.com' },
      ]);
    }
  },
);
