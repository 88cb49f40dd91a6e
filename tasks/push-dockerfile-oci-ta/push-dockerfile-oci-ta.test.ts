import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRegistryClient, fetchManifest, NotFoundError } from '#lib/oci';
import { run } from '#lib/process';
import { createArtifacts } from '#lib/trusted-artifacts';
import { runStepWith } from '#test/context';
import { goTool } from '#test/registries/go-tool';
import { type Registry, startRegistry } from '#test/registries/registry';
import push from './push.ts';
import useTrustedArtifact from './use-trusted-artifact.ts';

const oras = await goTool('oras');
const client = createRegistryClient({ credentials: async () => undefined });
const HEX = 'ab'.repeat(32);
let registry: Registry;
let scratch: string;
let source: string;
let params: { IMAGE: string; IMAGE_DIGEST: string; SOURCE_ARTIFACT: string };

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(async () => {
  client.close();
  await registry.stop();
});
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'push-dockerfile-'));
  source = join(scratch, 'workdir/source');
  const tree = join(scratch, 'tree');
  mkdirSync(join(tree, 'sub'), { recursive: true });
  writeFileSync(join(tree, 'Containerfile'), 'FROM scratch\n# of the source\n');
  writeFileSync(join(tree, 'sub/Dockerfile'), 'FROM scratch\n# of the context\n');
  symlinkSync('/etc/passwd', join(tree, 'out'));
  const artifacts = [{ name: 'SOURCE_ARTIFACT', path: tree }];
  const { SOURCE_ARTIFACT = '' } = await createArtifacts({
    store: `${registry.host}/app:1.git`,
    artifacts,
    client,
  });
  params = { IMAGE: `${registry.host}/app:1`, IMAGE_DIGEST: `sha256:${HEX}`, SOURCE_ARTIFACT };
});
afterEach(() => rmSync(scratch, { recursive: true }));

async function runBoth(more: Readonly<Record<string, string>>, lines: string[] = []) {
  const given = { ...params, ...more };
  await runStepWith(useTrustedArtifact, given, { workspaces: { source }, lines });
  return runStepWith(push, given, { workspaces: { source }, lines });
}

test.for([
  ['sub', './Dockerfile', '# of the context'],
  ['sub', 'Containerfile', '# of the source'],
  ['.', 'sub/Dockerfile', '# of the context'],
] as const)(
  'in the context %s the file %s is pushed, and oras pulls it',
  async ([CONTEXT, DOCKERFILE, text]) => {
    const { IMAGE_REF } = await runBoth({ CONTEXT, DOCKERFILE });

    const repository = client.repository(params.IMAGE);
    const root = await repository.resolve(`sha256-${HEX}.dockerfile`);
    expect(IMAGE_REF).toBe(`${registry.host}/app@${root.digest}`);
    expect(await fetchManifest(repository, root)).toMatchObject({
      artifactType: 'application/vnd.konflux.dockerfile',
      layers: [{ annotations: { 'org.opencontainers.image.title': 'Dockerfile' } }],
    });
    if (oras === undefined) return;
    await run(oras, ['pull', '--plain-http', IMAGE_REF], { cwd: scratch });
    expect(readFileSync(join(scratch, 'Dockerfile'), 'utf8')).toContain(text);
  },
);

test('type and tag are those that the params say, and at level error nothing is logged', async () => {
  const lines: string[] = [];
  const more = {
    DOCKERFILE: 'Containerfile',
    ARTIFACT_TYPE: 'text/x-own',
    TAG_SUFFIX: '.own',
    LOG_LEVEL: 'error',
  };

  await runBoth(more, lines);

  const repository = client.repository(params.IMAGE);
  const manifest = await fetchManifest(repository, await repository.resolve(`sha256-${HEX}.own`));
  expect(manifest).toMatchObject({ artifactType: 'text/x-own' });
  expect(lines).toEqual([]);
});

test.for([
  [{ DOCKERFILE: 'out' }, 'is outside the source'],
  [{ DOCKERFILE: '../../x' }, 'Containerfile'],
  [{ DOCKERFILE: 'gone' }, 'there is no Containerfile gone'],
  [{ CONTEXT: '..', DOCKERFILE: 'Containerfile' }, 'outside the source'],
  [{ DOCKERFILE: 'Containerfile', TAG_SUFFIX: '/x' }, 'not a tag'],
  [{ DOCKERFILE: 'Containerfile', TAG_SUFFIX: 'x'.repeat(100) }, 'longer than 128'],
] as const)('%j is refused, and no tag moves', async ([more, why]) => {
  const IMAGE = `${registry.host}/refused:1`;

  await expect(runBoth({ IMAGE, ...more })).rejects.toThrow(why);

  await expect(client.repository(IMAGE).resolve(`sha256-${HEX}.dockerfile`)).rejects.toThrow(NotFoundError);
});

test('an artifact that is not there leaves no source', async () => {
  const SOURCE_ARTIFACT = `oci:${registry.host}/app@sha256:${'0'.repeat(64)}`;

  await expect(runBoth({ SOURCE_ARTIFACT })).rejects.toThrow(NotFoundError);

  expect(existsSync(source)).toBe(false);
});
