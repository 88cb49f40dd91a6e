import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRegistryClient } from '#lib/oci';
import type { WireParams } from '#lib/step-testing';
import { createArtifacts, useArtifact } from '#lib/trusted-artifacts';
import { runStepWith } from '#test/context';
import { type LockedCompose, lockedCompose, writeLock } from '#test/locked-compose';
import { type Registry, startRegistry } from '#test/registries/registry';
import createTrustedArtifact from './create-trusted-artifact.ts';
import prefetchRpms from './prefetch-rpms.ts';
import skipTa from './skip-ta.ts';
import useTrustedArtifact from './use-trusted-artifact.ts';

const client = createRegistryClient({ credentials: async () => undefined });
let scratch: string;
let compose: LockedCompose;
let registry: Registry;
let work: string;
let params: { SOURCE_ARTIFACT: string; ociStorage: string; input: string };
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'prefetch-task-'));
  compose = await lockedCompose(join(scratch, 'compose'), ['s390x']);
  registry = await startRegistry();
}, 300_000);
afterAll(async () => {
  client.close();
  await registry?.stop();
  await compose?.[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true });
});
beforeEach(async () => {
  work = mkdtempSync(join(scratch, 'work-'));
  for (const name of ['config', 'activation-key', 'service-ca']) mkdirSync(join(work, name));
  const source = writeLock(join(work, 'clone'), compose.lock());
  const store = `${registry.host}/app:rev.git`;
  const artifacts = [{ name: 'SOURCE_ARTIFACT', path: source }];
  const { SOURCE_ARTIFACT = '' } = await createArtifacts({ store, artifacts, client });
  params = { SOURCE_ARTIFACT, ociStorage: `${registry.host}/app:rev.prefetch`, input: 'rpm' };
});

const place = (name: string) => join(work, name);
const places = (...names: string[]) => Object.fromEntries(names.map((name) => [name, place(name)]));
const left = (name: string) => readFileSync(place(name), 'utf8');

async function prefetch(more: WireParams = {}, workspaces: Record<string, string> = {}): Promise<string[]> {
  const lines: string[] = [];
  await runStepWith(useTrustedArtifact, { ...params, ...more }, { workspaces: places('source') });
  const all = ['source', 'cachi2', 'config', 'activation-key', 'service-ca', 'hermeto', 'rhsm-org'];
  await runStepWith(
    prefetchRpms,
    { ...params, ...more },
    { workspaces: { ...places(...all, 'rhsm-activation-key'), ...workspaces }, lines },
  );
  return lines;
}

test('without an input the source is handed on', async () => {
  const { SOURCE_ARTIFACT } = params;

  expect(await runStepWith(skipTa, { ...params, input: '' })).toEqual({
    SOURCE_ARTIFACT,
    CACHI2_ARTIFACT: '',
    PREFETCH_ARTIFACT: '',
  });
});

test('what is no artifact is not handed on', async () => {
  const error = await runStepWith(skipTa, { ...params, SOURCE_ARTIFACT: 'https://h/r', input: '' }).catch(
    String,
  );

  expect(error).toContain('not a trusted artifact');
});

test.for(['rpm', '[{"type": "rpm", "path": "."}]'])('%s goes from artifact to artifact', async (input) => {
  await prefetch({ input });
  expect([left('hermeto'), left('rhsm-org'), left('rhsm-activation-key')]).toEqual(['false', '', '']);

  const results = await runStepWith(createTrustedArtifact, params, {
    workspaces: places('source', 'cachi2'),
  });

  expect(results.PREFETCH_ARTIFACT).toBe(results.CACHI2_ARTIFACT);
  expect(results.SOURCE_ARTIFACT.replace(/.*@/, '')).toBe(params.SOURCE_ARTIFACT.replace(/.*@/, ''));
  await useArtifact({ uri: results.CACHI2_ARTIFACT, destination: place('used'), client });
  expect(readdirSync(place('used')).sort()).toEqual([
    'cachi2.env',
    'output',
    'prefetch-env.json',
    'prefetch.env',
  ]);
  expect(existsSync(place('used/output/deps/rpm/s390x/fedora/repodata/repomd.xml'))).toBe(true);
});

test('two runs give artifacts of one digest', async () => {
  const run = async () => {
    await prefetch();
    return runStepWith(createTrustedArtifact, params, { workspaces: places('source', 'cachi2') });
  };

  const first = await run();
  rmSync(place('cachi2'), { recursive: true });

  expect(await run()).toEqual(first);
});

test('another package manager is left to hermeto, with all that it needs, after the locks were looked at', async () => {
  const input = '[{"type": "rpm"}, {"type": "gomod"}]';
  mkdirSync(place('netrc'));
  writeFileSync(place('netrc/.netrc'), 'machine h login u password SECRET\n');

  const lines = await prefetch(
    { input, 'config-file-content': 'runtime:\n  concurrency_limit: 2\n' },
    places('netrc'),
  );

  expect(left('hermeto')).toBe('true');
  expect(existsSync(place('cachi2'))).toBe(false);
  expect(left('config/config.yaml')).toBe('runtime:\n  concurrency_limit: 2\n');
  expect(left('config/home/.netrc')).toContain('SECRET');
  expect(left('config/ca-bundle.crt')).toContain('BEGIN CERTIFICATE');
  expect(lines.join('\n')).toContain('the input names gomod');
  expect(lines.join('\n')).not.toContain('SECRET');

  await expect(prefetch({ input: '[{"type": "rpm", "path": "x"}, {"type": "gomod"}]' })).rejects.toThrow(
    '"x"',
  );
});

test('with an activation key hermeto registers, and a secret that is not whole is refused', async () => {
  writeFileSync(place('activation-key/org'), '1');
  await expect(prefetch()).rejects.toThrow('only one of org and activationkey');
  writeFileSync(place('activation-key/activationkey'), 'SECRET');

  const lines = await prefetch();

  expect(left('hermeto')).toBe('true');
  expect(left('rhsm-org')).toBe(place('activation-key/org'));
  expect(left('rhsm-activation-key')).toBe(place('activation-key/activationkey'));
  expect(lines.join('\n')).not.toContain('SECRET');
  expect(left('config/config.yaml')).toBe('{}\n');
});

test.for([
  ['{"type": "rpm"', 'not JSON'],
  ['$(id); rpm', 'neither JSON nor'],
  ['[{"type": "rpm", "binary": {"arch": "x86_64"}}]', 'has no packages for x86_64; it has s390x'],
] as const)('%s is refused, and nothing is there', async ([input, message]) => {
  await expect(prefetch({ input })).rejects.toThrow(message);
  expect(existsSync(place('cachi2'))).toBe(false);
});
