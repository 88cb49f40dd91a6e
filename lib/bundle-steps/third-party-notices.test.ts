import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownSteps } from '#lib/catalog';
import { shareOf } from '#test/share';
import { catalog } from '../../bundles/catalog.ts';
import { bundleSteps } from './bundle-steps.ts';
import { thirdPartyNotices, thirdPartyPackages } from './third-party-notices.ts';

const root = resolve(import.meta.dirname, '../..');

test('every package that is in a step is named with its licence and the text of it', async () => {
  const out = await scratch();
  const steps = shareOf('steps with licences', ownSteps(catalog), 6);

  const { inputs } = await bundleSteps(steps, out, { root });
  const packages = thirdPartyPackages(inputs, root);
  const sections = thirdPartyNotices(inputs, root).split(/^=== /m).slice(1);

  expect(packages.length).toBeGreaterThan(5);
  expect(sections).toHaveLength(packages.length);
  for (const [index, { name, version, license }] of packages.entries()) {
    const [title, ...text] = sections[index]?.split('\n') ?? [];
    expect(title).toBe(`${name} ${version} (${license})`);
    expect(text.join('\n')).toMatch(/permission|license|copyright/i);
    // The MPL and GPL ask more of a distributor than a notice: where the source is.
    expect(license).not.toMatch(/MPL|GPL/);
  }
});

test.for<[file: string, text: string, found: string]>([
  ['LICENSE', 'the text', 'the text'],
  ['licence.txt', 'the text', 'the text'],
  ['COPYING', 'the text', 'the text'],
  ['README.md', '# a\n\n## License\n\nthe text', 'the text'],
])('the text of a licence is found in %s', async ([file, text, found]) => {
  const folder = await makePackage();
  await writeFile(join(folder, 'node_modules/a', file), text);

  expect(thirdPartyNotices(['node_modules/a/index.js'], folder)).toContain(found);
});

test.for<[author: unknown, found: string]>([
  ['Ann', 'By Ann, under https://creativecommons.org/licenses/by/3.0/legalcode'],
  [{ name: 'Ann' }, 'By Ann, under'],
])('CC BY needs the author %j and an address, and no text', async ([author, found]) => {
  const folder = await makePackage({ license: 'CC-BY-3.0', author });

  expect(thirdPartyNotices(['node_modules/a/index.js'], folder)).toContain(found);
});

test('CC BY of nobody is not bundled', async () => {
  const folder = await makePackage({ license: 'CC-BY-3.0' });

  expect(() => thirdPartyNotices(['node_modules/a/index.js'], folder)).toThrow('has no text');
});

test('a package without one is not bundled', async () => {
  const folder = await makePackage();

  expect(() => thirdPartyNotices(['node_modules/a/index.js'], folder)).toThrow(
    'a 1.0.0 is bundled, and has no text',
  );
});

async function makePackage(fields: object = { license: 'MIT' }): Promise<string> {
  const folder = await scratch();
  const own = join(folder, 'node_modules/a');
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'package.json'), JSON.stringify({ name: 'a', version: '1.0.0', ...fields }));
  return folder;
}

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'notices-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
