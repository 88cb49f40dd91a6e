import { readFile } from 'node:fs/promises';
import { attestImage, readSigningKey, signImage } from '#lib/attest';
import type { ChainsStatement } from '#lib/chains';
import { ExpectedError } from '#lib/errors';
import { createRegistryClient, parseReference } from '#lib/oci';
import { printable, visibleJson } from '#lib/text';
import { cancellable } from '../options/cancellable.ts';
import { type RegistryChoice, registryOptions } from '../options/registry-options.ts';
import { type MadeImages, readMade, refuseNone } from './read-made.ts';

export interface AttestOptions extends RegistryChoice {
  readonly runsDirectory: string;
  readonly key?: string;
  readonly builder: string;
  readonly output: string;
}

/** Says what Chains would of a kept run, and signs it where there is a key. */
export async function attestRun(name: string | undefined, options: AttestOptions): Promise<void> {
  const { key: file, output, builder, runsDirectory } = options;
  const key = file === undefined ? undefined : await readKey(file);
  const { statement, images } = await readMade(
    name,
    { runsDirectory, builder },
    'Konflux attests PipelineRuns that have ended, and this is none',
  );
  if (key !== undefined) {
    refuseNone(images);
    await signAll(images, { key, statement, options, say: output === 'text' });
  }
  if (output === 'json') process.stdout.write(`${visibleJson(statement)}\n`);
}

async function readKey(file: string) {
  const pem = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ExpectedError(`cannot read the key ${printable(file, 1_000)}`, { kind: 'environment', cause });
  });
  return readSigningKey(pem, process.env.COSIGN_PASSWORD ?? '');
}

async function signAll(
  images: MadeImages,
  {
    key,
    statement,
    options,
    say,
  }: {
    readonly key: Awaited<ReturnType<typeof readKey>>;
    readonly statement: ChainsStatement;
    readonly options: RegistryChoice;
    readonly say: boolean;
  },
): Promise<void> {
  using client = createRegistryClient(registryOptions(options));
  await cancellable(async (signal) => {
    for (const { name, digest } of images) {
      const reference = parseReference(`${name}@sha256:${digest.sha256}`);
      if (reference.digest === undefined) continue;
      const target = client.repository(reference);
      // Neither says anything of an image that is not there.
      await target.resolve(reference.digest, { signal });
      const isSigned = await signImage(
        target,
        { digest: reference.digest, key, repository: name },
        { signal },
      );
      const isAttested = await attestImage(target, { digest: reference.digest, key, statement }, { signal });
      if (say) process.stdout.write(`${name}@${reference.digest} ${told(isSigned || isAttested)}\n`);
    }
  });
}

function told(isNew: boolean): string {
  return isNew ? 'signed and attested' : 'is signed and attested already';
}
