import { readFile } from 'node:fs/promises';
import { attestImage, readSigningKey, signImage } from '#lib/attest';
import { chainsStatement, InvalidRunRecordError, signedImages } from '#lib/chains';
import { ExpectedError } from '#lib/errors';
import { readRun } from '#lib/local';
import { createRegistryClient, parseReference } from '#lib/oci';
import { printable } from '#lib/text';
import { cancelBySignal } from '../options/arguments.ts';
import { type RegistryChoice, registryOptions } from '../options/registry-options.ts';

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
  const { run, taskRuns } = await readRun(runsDirectory, name);
  if (run?.kind !== 'PipelineRun')
    throw new InvalidRunRecordError('Konflux attests PipelineRuns that have ended, and this is none');
  const statement = chainsStatement(run, taskRuns, builder);
  const images = signedImages(run, taskRuns);
  if (key !== undefined) {
    if (images.length === 0)
      throw new InvalidRunRecordError('the run has made no image', {
        hint: 'results IMAGE_URL and IMAGE_DIGEST, or IMAGES, say what it has made',
      });
    await signAll(images, { key, statement, options, say: output === 'text' });
  }
  if (output === 'json') process.stdout.write(`${JSON.stringify(statement)}\n`);
}

async function readKey(file: string) {
  const pem = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ExpectedError(`cannot read the key ${printable(file, 1_000)}`, { kind: 'environment', cause });
  });
  return readSigningKey(pem, process.env.COSIGN_PASSWORD ?? '');
}

async function signAll(
  images: ReturnType<typeof signedImages>,
  {
    key,
    statement,
    options,
    say,
  }: {
    readonly key: Awaited<ReturnType<typeof readKey>>;
    readonly statement: ReturnType<typeof chainsStatement>;
    readonly options: RegistryChoice;
    readonly say: boolean;
  },
): Promise<void> {
  using client = createRegistryClient(registryOptions(options));
  const cancellation = cancelBySignal();
  const { graceful: signal } = cancellation;
  try {
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
  } finally {
    cancellation.stop();
  }
}

function told(isNew: boolean): string {
  return isNew ? 'signed and attested' : 'is signed and attested already';
}
