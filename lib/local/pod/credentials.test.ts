import { expect, test } from 'vitest';
import { parseObjects } from '../objects/load.ts';
import { sortObjects } from '../objects/objects.ts';
import { credentialsOf } from './credentials.ts';

function credentials(yaml: string) {
  const { files, secrets } = credentialsOf('robot', sortObjects(parseObjects(yaml, 'x.yaml')));
  return { secrets, files: Object.fromEntries(files.map(({ path, content }) => [path, content])) };
}

const account = (...names: readonly string[]) =>
  `{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}, secrets: [${names.map((name) => `{name: ${name}}`).join(', ')}]}\n`;

test('a secret with a password becomes credentials of git, of a host before those of a repository', () => {
  const { files } = credentials(`${account('a')}---
apiVersion: v1
kind: Secret
metadata:
  name: a
  annotations: {tekton.dev/git-0: "https://example.com/org/repo", tekton.dev/git-1: "https://example.com"}
type: kubernetes.io/basic-auth
stringData: {username: 'dom\\user', password: 'p@ss/word'}
`);

  expect(files['.git-credentials']).toBe(
    'https://dom%5Cuser:p%40ss%2Fword@example.com\nhttps://dom%5Cuser:p%40ss%2Fword@example.com/org/repo\n',
  );
  expect(files['.gitconfig']).toBe(`[credential]
\thelper = store
[credential "https://example.com"]
\tusername = dom\\\\user
[credential "https://example.com/org/repo"]
\tusername = dom\\\\user
\tuseHttpPath = true
`);
});

test('a secret with a key becomes a configuration of ssh', () => {
  const { files, secrets } = credentials(`${account('key')}---
apiVersion: v1
kind: Secret
metadata: {name: key, annotations: {tekton.dev/git-0: "example.com:2222/org/repo"}}
type: kubernetes.io/ssh-auth
stringData: {ssh-privatekey: KEY, known_hosts: HOSTS}
`);

  expect(secrets).toEqual(['key']);
  expect(files).toEqual({
    '.ssh/config':
      'Host example.com--org--repo\n    HostName example.com\n    Port 2222\n    IdentityFile /tekton/creds/.ssh/id_key\n',
    '.ssh/known_hosts': 'HOSTS',
    '.ssh/id_key': 'KEY',
    '.gitconfig': `[url "git@example.com--org--repo:org/repo.git"]
\tinsteadOf = git@example.com:org/repo.git
[url "ssh://example.com--org--repo/org/repo.git"]
\tinsteadOf = ssh://example.com:2222/org/repo.git
`,
  });
});

test('secrets for registries become one configuration of docker', () => {
  const { files } = credentials(`${account('config', 'basic')}---
apiVersion: v1
kind: Secret
metadata: {name: config}
type: kubernetes.io/dockerconfigjson
stringData: {.dockerconfigjson: '{"auths":{"quay.io":{"auth":"eDp5"},"other":{"auth":"eDp5"}}}'}
---
apiVersion: v1
kind: Secret
metadata: {name: basic, annotations: {tekton.dev/docker-0: "quay.io"}}
type: kubernetes.io/basic-auth
stringData: {username: u, password: p}
`);

  expect(JSON.parse(files['.docker/config.json'] ?? '')).toEqual({
    auths: {
      'quay.io': { username: 'u', password: 'p', auth: 'dTpw', email: 'not@val.id' },
      other: { auth: 'eDp5' },
    },
  });
});

test('an account without secrets gives nothing, nor does a secret without an annotation', () => {
  expect(credentials(account())).toEqual({ secrets: [], files: {} });
  expect(
    credentials(
      `${account('a', 'missing')}---\n{apiVersion: v1, kind: Secret, metadata: {name: a}, type: kubernetes.io/basic-auth}`,
    ),
  ).toEqual({ secrets: [], files: {} });
});

test('an error never shows what a secret holds', () => {
  const yaml = `${account('a')}---
{apiVersion: v1, kind: Secret, metadata: {name: a}, type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: hidden}}`;

  expect(() => credentials(yaml)).toThrow('secret "a" holds no JSON');
});
