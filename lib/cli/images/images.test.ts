import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captured } from '#test/captured';
import { runCommandLine } from '../command-line.ts';

const root = join(import.meta.dirname, '../../..');
const catalog = ['--catalog', join(root, 'gitops/fedora-bootc.ts')];
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'cli-images-'));
  writeFileSync(join(scratch, 'none.ts'), 'export const tasks = [];\n');
  const defineImages = JSON.stringify(join(root, 'lib/images/index.ts'));
  writeFileSync(
    join(scratch, 'twice.ts'),
    `import { defineImages } from ${defineImages};
import { fedoraBootc } from ${JSON.stringify(join(root, 'gitops/fedora-bootc.ts'))};
export const images = defineImages({ ...fedoraBootc, streams: [...fedoraBootc.streams, fedoraBootc.streams[1]] });\n`,
  );
});
afterAll(() => rmSync(scratch, { recursive: true }));

const images = (...args: readonly string[]) =>
  captured(() =>
    runCommandLine(['images', ...args, ...(args.includes('--catalog') ? [] : catalog)], undefined),
  );

test('list has a line for each image of each stream', async () => {
  const { stdout, code } = await images('list', '--on', '2026-11-27');

  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1 + 5 + 5 + 5 + 1);
  expect(stdout).toMatch(
    /^43 +iot +43 +stable +fedora-iot +amd64 arm64 +- +quay\.io\/bootc-devel\/fedora-bootc-43-iot$/m,
  );
});

test('a stream that is past its end and not frozen is told after the list, with what to do', async () => {
  const { stdout, stderr, code } = await images('list', '--on', '2026-12-03');

  expect(code).toBe(4);
  expect(stdout).toContain('fedora-bootc-43-iot');
  expect(stderr).toContain(
    'streams[1].endOfLife: stream 43 has ended on 2026-12-02 and is stable; make its kind',
  );
  expect((await images('list', '--on', '2026-12-03', '--stream', 'rawhide')).code).toBe(0);
});

test('list gives the model as JSON', async () => {
  const { stdout } = await images('list', '--stream', '41', '--on', '2026-11-27', '-o', 'json');

  const { streams } = JSON.parse(stdout);
  expect(streams).toMatchObject([
    { name: '41', kind: 'frozen', images: [{ component: 'fedora-bootc-41-compose' }] },
  ]);
});

test('show tells all of one image', async () => {
  const { stdout } = await images('show', 'rawhide', 'standard');

  expect(stdout).toMatch(/^build args +MANIFEST=fedora-standard$/m);
  expect(stdout).toMatch(/^tag in pungi's flow +quay\.io\/fedoraci\/fedora-bootc:rawhide-<timestamp>$/m);
  expect(JSON.parse((await images('show', '43', 'compose', '-o', 'json')).stdout)).toMatchObject({
    made: { of: 'compose' },
    composes: [{ role: 'updates' }, { role: 'release' }],
  });
});

test('graph draws a stream as Mermaid, and as SVG with a box for each image and an arrow for each step', async () => {
  const mermaid = await images('graph', '--stream', '43');
  const svg = await images('graph', '--stream', '43', '-o', 'svg');

  expect(mermaid.stdout.match(/ --> /g)).toHaveLength(6);
  expect(svg.stdout.match(/data-node="43\/[a-z:-]+"/g)).toHaveLength(7);
  expect(svg.stdout.match(/data-edge=/g)).toHaveLength(6);
  expect(svg.stdout).toContain('data-edge="43/compose 43/iot"');
  expect(svg.stdout).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
});

test.for([
  [['show', '44', 'iot'], 2, 'there is no stream 44', 'there are: rawhide, 43, 42, 41'],
  [['show', '41', 'iot'], 2, 'stream 41 has no image iot', 'it has: compose'],
  [['graph', '--stream', 'x'], 2, 'there is no stream x', 'there are'],
  [['list', '--on', 'today'], 2, 'Write a day as', ''],
] as const)('%j is refused', async ([args, code, message, hint]) => {
  const result = await images(...args);

  expect(result.code).toBe(code);
  expect(result.stderr).toContain(message);
  expect(result.stderr).toContain(hint);
});

test('a catalog without images, and one whose images contradict themselves, are refused', async () => {
  const none = await images('list', '--catalog', join(scratch, 'none.ts'));
  const twice = await images('list', '--catalog', join(scratch, 'twice.ts'));

  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('exports no images') });
  expect(twice).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('streams[4].name: there is a stream 43 already'),
  });
});
