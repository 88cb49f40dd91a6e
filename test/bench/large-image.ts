import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { architectures } from '#lib/compose-fixture';
import { createRegistryClient, packLayer, parseReference, pushImage, pushIndex } from '#lib/oci';
import { run } from '#lib/process';
import { imageConfig, rpmdbPlace } from '#test/images/bootc-image';
import { type Files, goodFiles } from '#test/images/bootc-root';
import { installRpms } from '#test/images/rpmdb';

export const FILES = 20_000;
export const PACKAGES = 500;

/** Pushes an image, by default of the size of a small system, for all platforms, each with data of its own; gives its digest. */
export async function pushLargeImage(
  image: string,
  folder: string,
  { files: count = FILES, packages = PACKAGES } = {},
): Promise<string> {
  const files: Files = {
    ...goodFiles,
    [rpmdbPlace]: readFileSync(await installRpms(join(folder, 'root'), await manyRpms(folder, packages))),
  };
  const system = Object.entries(files).map(([path, what]) => {
    if (what === '/') return { path, directory: true };
    if (typeof what === 'string' && what.startsWith('-> ')) return { path, link: what.slice(3) };
    return { path, content: what as string | Buffer };
  });
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  const manifests = [];
  for (const { oci } of architectures) {
    const data = Array.from({ length: count }, (_, index) => ({
      path: `usr/share/data/${index % 200}/${index}`,
      content: `${oci} ${index} `.repeat(400),
    }));
    const config = { ...imageConfig(), architecture: oci };
    const layers = [await packLayer(system), await packLayer(data)];
    manifests.push({
      ...(await pushImage(target, { config, layers })),
      platform: { os: 'linux', architecture: oci },
    });
  }
  return (await pushIndex(target, { manifests, tags: ['1'] })).digest;
}

/** Packages of one build, each with a text as long as what a header of Fedora says of files: some 40 KB. */
export async function manyRpms(folder: string, count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => `package${index}`);
  const text = Array.from({ length: 700 }, (_, line) => `${line} ${'what this line says of it '.repeat(2)}`);
  const spec = join(folder, 'many.spec');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    spec,
    [
      'Name: many\nVersion: 1\nRelease: 1\nSummary: A test\nLicense: MIT\nBuildArch: noarch\n%description\nA test.',
      ...names.map(
        (name) =>
          `%package -n ${name}\nSummary: A test\n%description -n ${name}\n${text.join('\n')}\n%files -n ${name}`,
      ),
      '',
    ].join('\n'),
  );
  const define = (macro: string) => ['--define', macro];
  await run('rpmbuild', [
    '-bb',
    ...define(`_topdir ${folder}/build`),
    ...define(`_rpmdir ${folder}/rpms`),
    ...define('_binary_payload w1.gzdio'),
    spec,
  ]);
  return names.map((name) => join(folder, `rpms/noarch/${name}-1-1.noarch.rpm`));
}
