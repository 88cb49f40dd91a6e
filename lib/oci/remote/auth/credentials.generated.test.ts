import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { run, ToolError } from '#lib/process';
import { generatedRuns, randomFrom } from '#test/generated';
import {
  type AuthCase,
  asPodmanReadsIt,
  authCase,
  type GeneratedAuthFile,
} from '#test/registries/auth-files';
import { startWhoAsks, type WhoAsks } from '#test/registries/who-asks';
import { CredentialsError } from '../../model/errors.ts';
import { createRegistryClient } from '../registry-client.ts';
import { readCredentials } from './credentials.ts';

// A registry sees the same user from us and from skopeo with the same file. skopeo is real; the registries are names behind a proxy.

let folder: string;
let registries: WhoAsks;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oci-auth-files-'));
  registries = await startWhoAsks();
  await writeFile(join(folder, 'registries.conf'), '');
  await writeHelper('knows', 'echo "{\\"Username\\":\\"helper-of-$server\\",\\"Secret\\":\\"s\\"}"');
  await writeHelper('token', 'echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"refresh-$server\\"}"');
  await writeHelper('unknown', 'echo credentials not found in native keychain; exit 1');
  await writeHelper('fails', 'echo the keychain is locked; exit 1');
  await writeHelper('babbles', 'echo hello');
});

beforeEach(() => {
  for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(async () => {
  await registries[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe.each(generatedRuns('auth.json', { soak: 200, ci: 60, test: 20 }))(
  'files of the seed $seed',
  ({ count, seed, record }) => {
    test('say the same to us as to skopeo', { timeout: 600_000 }, async () => {
      const random = randomFrom(seed);
      let translated = 0;
      let known = 0;
      for (let index = 0; index < count; index++) {
        const one = authCase(random);
        const ours = await whoWeAre(one);
        const theirs = await whoIsSkopeo(one, one.file);
        if (ours !== 'nobody' && ours !== 'refused') known++;
        if (ours === theirs) continue;
        translated++;
        expect(ours, JSON.stringify(one)).toBe(await whoIsSkopeoAsDocker(one));
      }
      expect(known).toBeGreaterThan(count / 10);
      const found = `${known} log in; ${translated} as docker reads them, the others as skopeo does`;
      record({ cases: count, against: 'skopeo 1.9', found });
    });
  },
);

async function whoWeAre({ registry, repository, file }: AuthCase): Promise<string> {
  const path = await write(file);
  using client = createRegistryClient({
    credentials: readCredentials({}, [path]),
    unverified: [registry],
    retry: { attempts: 1 },
  });
  const failure = await client
    .repository(`${registry}/${repository}`)
    .resolve('1')
    .catch((error: unknown) => error);
  const who = registries.takeWho();
  return failure instanceof CredentialsError ? 'refused' : who;
}

async function whoIsSkopeo({ registry, repository }: AuthCase, file: GeneratedAuthFile): Promise<string> {
  const path = await write(file);
  const image = `docker://${registry}/${repository}:1`;
  try {
    await run('skopeo', ['inspect', '--raw', '--tls-verify=false', '--authfile', path, image], {
      env: environment(),
    });
  } catch (error) {
    registries.takeWho();
    if (error instanceof ToolError && /getting username and password|credential|base64/i.test(error.stderr))
      return 'refused';
    throw error;
  }
  return registries.takeWho();
}

async function whoIsSkopeoAsDocker(one: AuthCase): Promise<string> {
  for (const file of asPodmanReadsIt(one)) {
    const who = await whoIsSkopeo(one, file);
    if (who !== 'nobody') return who;
  }
  return 'nobody';
}

async function write(file: GeneratedAuthFile): Promise<string> {
  const path = join(folder, 'auth.json');
  await writeFile(path, JSON.stringify(file));
  return path;
}

function environment(): Readonly<Record<string, string>> {
  return {
    PATH: `${folder}:${process.env.PATH?.replace(`${folder}:`, '')}`,
    HTTP_PROXY: registries.proxy,
    HTTPS_PROXY: registries.proxy,
    NO_PROXY: '',
    CONTAINERS_REGISTRIES_CONF: join(folder, 'registries.conf'),
  };
}

/** docker asks for Docker Hub by a URL, podman by its name; the helper answers both alike. */
async function writeHelper(name: string, script: string): Promise<void> {
  const path = join(folder, `docker-credential-${name}`);
  const server = 'server=$(cat | sed s,https://index.docker.io/v1/,docker.io,)';
  await writeFile(path, `#!/bin/sh\n${server}\n${script}\n`);
  await chmod(path, 0o755);
}
