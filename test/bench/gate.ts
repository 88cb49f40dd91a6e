import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistryClient, packLayer, parseReference, pushImage } from '#lib/oci';
import { run } from '#lib/process';
import { startRegistry } from '#lib/registry';
import { imageConfig, rpmdbPlace } from '#test/images/bootc-image';
import { type Files, goodFiles } from '#test/images/bootc-root';
import { installRpms, makeRpms } from '#test/images/rpmdb';
import type { Command } from './measure.ts';
import { peakDisk } from './peak-disk.ts';
import { rowsOf } from './rows.ts';
import { table } from './table.ts';

const root = join(import.meta.dirname, '../..');
const FILES = 20_000;

/** sanity-check beside what finds out the same by unpacking: time, memory, and bytes on disk at most. */
export async function benchGate(runs: number): Promise<string> {
  await run(process.execPath, [join(root, 'scripts/build-steps.ts')]);
  const folder = mkdtempSync(join(tmpdir(), 'bench-gate-'));
  try {
    await using registry = await startRegistry();
    const image = `${registry.host}/bench/os:1`;
    const digest = await pushLarge(image, folder);
    const ours: Command = {
      program: join(root, 'dist/steps/node'),
      args: [
        join(root, 'dist/steps/sanity-check/check'),
        `--IMAGE_URL=${image}`,
        `--IMAGE_DIGEST=${digest}`,
        '--ON_FAILURE=report',
      ],
      env: {
        STEP_RESULTS: mkdtempSync(join(folder, 'results-')),
      },
    };
    const peer: Command = {
      program: join(import.meta.dirname, 'unpack-image.sh'),
      args: [`${image.replace(/:[^:/]*$/, '')}@${digest}`, 'arm64'],
    };
    const rows = rowsOf(
      `sanity-check of ${FILES.toLocaleString('en')} files`,
      ours,
      { 'skopeo, umoci, rpm': peer },
      { runs, warmUps: 1 },
    );
    const [mine, theirs] = [await peakDisk(ours), await peakDisk(peer)];
    return `${table(rows)}\n\nMB on disk at most: sanity-check ${mine.toFixed(1)}, skopeo with umoci ${theirs.toFixed(1)}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function pushLarge(image: string, folder: string): Promise<string> {
  const rpms = await makeRpms(
    folder,
    Array.from({ length: 20 }, (_, index) => `package${index}`),
  );
  const files: Files = {
    ...goodFiles,
    [rpmdbPlace]: readFileSync(await installRpms(join(folder, 'root'), rpms)),
  };
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  const system = Object.entries(files).map(([path, what]) => {
    if (what === '/') return { path, directory: true };
    if (typeof what === 'string' && what.startsWith('-> ')) return { path, link: what.slice(3) };
    return { path, content: what as string | Buffer };
  });
  const data = Array.from({ length: FILES }, (_, index) => ({
    path: `usr/share/data/${index % 200}/${index}`,
    content: `${index} `.repeat(800),
  }));
  const layers = [await packLayer(system), await packLayer(data)];
  const { digest } = await pushImage(target, { config: imageConfig(), layers, tags: ['1'] });
  return digest;
}
