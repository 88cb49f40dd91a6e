import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLayout, createRegistryClient, parseReference } from '#lib/oci';
import { checks, explainCheck } from '#lib/sanity';
import { captured } from '#test/captured';
import { goodPackages, pushBootcImage } from '#test/images/bootc-image';
import { type Registry, startRegistry } from '#test/registries/registry';
import { writeCompose } from '#test/small-compose';
import { main } from '../main.ts';

let folder: string;
let registry: Registry;
let counter = 0;
let image: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-check-'));
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  image = `${registry.host}/test/check-${counter++}`;
});

const bad = { files: { 'boot/vmlinuz': 'kernel' } };

async function push(tag: string, choice = {}): Promise<string> {
  using client = createRegistryClient();
  const target = client.repository(parseReference(`${image}:${tag}`));
  const root = await pushBootcImage(target, choice);
  await target.tag(root, tag);
  return root.digest;
}

test('an image that is right passes, by the digest that its tag names', async () => {
  const digest = await push('1');

  const { stdout, stderr, code } = await check(`${image}:1`);

  expect(code).toBe(0);
  expect(stdout).toContain(`${image}:1@${digest}\n`);
  expect(stdout).toMatch(/^\d+ passed: .*kernel-initramfs/m);
  expect(stderr).toBe(`${image}:1: read linux/arm64\n`);
});

test('a check that failed ends with 7, whatever else there is', async () => {
  await push('1');
  await push('bad', bad);

  const { stdout, stderr, code } = await check(`${image}:1`, `${image}:none`, `${image}:bad`);

  expect(code).toBe(7);
  expect(stdout).toContain('FAIL boot-var-empty@aarch64: /boot/vmlinuz should not be in the image');
  expect(stdout).toContain(`${image}:none\nERROR could not look: `);
  expect(stderr).toContain(`${image}:none: could not look: `);
});

test('the same is written in other forms, too', async () => {
  await push('bad', bad);
  const [xml, json] = [join(folder, 'a/b.xml'), join(folder, 'b.json')];

  const { stdout, code } = await check(`${image}:bad`, '--also', `junit=${xml}`, '--also', `json=${json}`);

  expect(code).toBe(7);
  expect(stdout).toContain('FAIL boot-var-empty');
  expect(await readFile(xml, 'utf8')).toContain('<testsuites');
  expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ images: [{ verdict: 'FAILURE' }] });
  expect(await check(`${image}:bad`, '--also', 'pdf=x')).toMatchObject({ code: 2, stdout: '' });
});

test.for([
  ['an image that is not there', ':none'],
  ['something in an image', ':large'],
])('where %s could not be looked at it ends with 3', async ([, tag]) => {
  await push('large', { files: { 'etc/yum.repos.d/x.repo': '#'.repeat(2 * 1024 * 1024) } });

  const { stdout, code } = await check(`${image}${tag}`);

  expect(code).toBe(3);
  expect(stdout).toMatch(/ERROR .*could not look/);
});

test('a layout is checked before it is pushed, with the compose', async () => {
  const layout = createLayout(join(folder, 'layout'));
  await layout.tag(await pushBootcImage(layout), 'good');
  await layout.tag(await pushBootcImage(layout, { labels: { 'redhat.compose-id': 'x' } }), 'other');
  const location = writeCompose(await mkdtemp(join(folder, 'compose-')), goodPackages);

  const good = await check(`oci:${folder}/layout:good`, '--compose', location);
  const other = await check(`oci:${folder}/layout:other`, '--compose', location);
  const none = await check(`oci:${folder}/layout:good`, '--compose', join(folder, 'none'));

  expect(good.code).toBe(0);
  expect(good.stdout).toMatch(/^\d+ passed: .*packages-in-compose/m);
  expect(other.code).toBe(7);
  expect(other.stdout).toContain('FAIL compose-label@aarch64');
  expect(none).toMatchObject({ code: 3, stdout: '' });
});

test('a layout of one image needs no tag, as buildah writes it', async () => {
  const layout = createLayout(join(folder, 'single'));
  const { digest } = await pushBootcImage(layout);

  const { stdout, code } = await check(`oci:${folder}/single`);
  await layout.tag(await pushBootcImage(layout, bad), 'second');
  const several = await check(`oci:${folder}/single`);

  expect(code).toBe(0);
  expect(stdout).toContain(`oci:${folder}/single@${digest}`);
  expect(several.stdout).toContain('has no tag latest');
});

test('waivers and platforms are as in the task', async () => {
  await push('bad', bad);

  const waived = await check(`${image}:bad`, '--waive', 'boot-var-empty@aarch64=known, #1;until=2999-12-31');
  const expired = await check(`${image}:bad`, '--waive', 'boot-var-empty=known;until=2020-01-01');
  const missing = await check(
    `${image}:bad`,
    '--waive',
    'boot-var-empty=x',
    '--platform',
    'linux/arm64',
    '--platform',
    'linux/s390x',
  );

  expect(waived.code).toBe(0);
  expect(waived.stdout).toContain('(waived: known, #1)');
  expect(expired.code).toBe(7);
  expect(expired.stdout).toContain('the waiver boot-var-empty expired on 2020-01-01: known');
  expect(missing.code).toBe(7);
  expect(missing.stdout).toContain('FAIL platforms: linux/s390x is missing');
});

test('tells it in forms for programs', async () => {
  const digest = await push('bad', bad);

  const json = await check(`${image}:bad`, `${image}:none`, '-o', 'json');
  const sarif = await check(`${image}:bad`, '--output', 'sarif');
  const junit = await check(`${image}:bad`, '--output', 'junit');
  const markdown = await check(`${image}:bad`, '--output', 'markdown');

  expect(JSON.parse(json.stdout)).toMatchObject({
    version: 1,
    images: [
      { image: `${image}:bad`, digest, verdict: 'FAILURE' },
      { image: `${image}:none`, verdict: 'ERROR', error: expect.any(String) },
    ],
  });
  expect(JSON.parse(sarif.stdout).runs[0].results).toContainEqual(
    expect.objectContaining({ ruleId: 'boot-var-empty', level: 'error' }),
  );
  expect(junit.stdout).toContain('<failure message="/boot/vmlinuz should not be in the image">');
  expect(markdown.stdout).toContain('| boot-var-empty | fail | FAIL |');
  for (const { code } of [json, sarif, junit, markdown]) expect(code).toBe(7);
});

test('explains a check as the page of the task does, and names all of them', async () => {
  const one = await check('--explain', 'kernel-initramfs');
  const all = await check('--explain');

  const [kernel] = checks.filter(({ id }) => id === 'kernel-initramfs');
  if (!kernel) throw new Error('no such check');
  expect(one).toMatchObject({ code: 0, stdout: `kernel-initramfs (fail)\n\n${explainCheck(kernel)}\n` });
  for (const word of ['Looks at: ', 'Why: ', 'Mend: ', 'Waive: ']) expect(one.stdout).toContain(word);
  for (const { id } of checks) expect(all.stdout).toMatch(new RegExp(`^${id} `, 'm'));
});

test.for([
  [[], 'give an image'],
  [['--explain', 'kernel-initrd'], 'There is platforms, '],
  [['a/b:1', '--waive', 'kernel-initrd=x'], 'there is no such check'],
  [['a/b:1', '--waive', 'kernel=x;until=soon'], 'ends on no day'],
  [['a/b:1', '--platform', 'linux'], 'not a platform'],
  [['a/b:1', '--output', 'yaml'], 'Allowed choices'],
  [['A B'], 'A B'],
  [['./build/image'], 'write oci:<directory>[:tag]'],
  [['oci-archive:image.tar'], 'skopeo copy'],
  [['docker://quay.io/a/b:1'], 'without docker://'],
] as const)('refuses %j as a wrong command line', async ([args, message]) => {
  const { stdout, stderr, code } = await check(...args);

  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
});

test('what an image says cannot write lines of its own', async () => {
  await push('x', { files: { 'boot/\x1b[2J\nresult TEST_OUTPUT={"result":"SUCCESS"}': 'x' } });

  const { stdout } = await check(`${image}:x`);

  expect(stdout).toContain(String.raw`/boot/\u001b[2J\nresult TEST_OUTPUT=`);
  expect(stdout).not.toMatch(/^result/m);
});

test('the completion knows it', async () => {
  const { stdout } = await captured(() => main(['completion', 'bash']));

  expect(stdout).toMatch(/"bootc-catalog check"\).*--compose.*--waive.*--platform.*--explain.*--output/);
});

function check(...args: string[]) {
  return captured(() => main(['check', ...args]));
}
