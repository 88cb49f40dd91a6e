import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { collect, createMemoryTarget, openLayer, pushImage, readImage } from '#lib/oci';
import { run } from '#lib/process';
import { packagesOfImage } from '#lib/sbom';
import { goTool } from '#test/registries/go-tool';
import { COSIGN, packCosign } from './cosign.ts';
import { licencesOf } from './go-program.ts';

const program = await goTool('cosign', { mayBuild: process.env.BUILD_COSIGN === '1' });
const skipped = program === undefined ? ' (skipped: no cosign)' : '';

test.skipIf(program === undefined)(
  `the layer of the step image has cosign, the licence of each module in it, and their list${skipped}`,
  { timeout: 120_000 },
  async () => {
    const layer = await packCosign(program ?? '');
    const target = createMemoryTarget();
    const config = { os: 'linux', architecture: 'amd64' };
    await pushImage(target, { config, layers: [layer], tags: ['1'] });
    const folder = mkdtempSync(join(tmpdir(), 'cosign-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const packages = await packagesOfImage(target, await readImage(target, '1'));
    const file = join(folder, 'layer.tar');
    writeFileSync(file, await collect(openLayer(target, layer.descriptor)));
    await run('tar', ['-xf', file, '-C', folder]);

    const { stdout } = await run(join(folder, 'usr/bin/cosign'), ['version']);
    expect(stdout).toContain(COSIGN.version);
    const names = packages.map(({ name }) => name);
    expect(names).toContain('github.com/sigstore/cosign/v3');
    const said = await run('go', ['version', '-m', program ?? '']);
    expect(packages).toHaveLength(1 + (said.stdout.match(/^\tdep\t/gm) ?? []).length);
    for (const { name, version } of packages) {
      const place = join(folder, 'usr/share/licenses/cosign', `${name}@${version}`);
      const { stdout: files } = await run('ls', [place]);
      expect(files, name).toMatch(/licen[cs]e|copying|readme/i);
    }
  },
);

test('a module without a licence is refused by its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'modules-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const module = (name: string, files: readonly string[]) => {
    const directory = join(folder, name);
    for (const file of files) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), file);
    }
    return { path: `example.com/${name}`, version: 'v1.0.0', directory };
  };
  const good = module('good', ['LICENSE.txt', 'NOTICE', 'main.go']);

  expect([...(await licencesOf('tool', [good])).keys()]).toEqual([
    'tool/example.com/good@v1.0.0/LICENSE.txt',
    'tool/example.com/good@v1.0.0/NOTICE',
  ]);
  await expect(licencesOf('tool', [good, module('bad', ['NOTICE', 'licenses/MIT'])])).rejects.toThrow(
    'tool has modules without a licence: example.com/bad@v1.0.0',
  );
});
