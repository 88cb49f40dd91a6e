import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { attestImage, readSigningKey, signImage } from '#lib/attest';
import { chainsStatement, InvalidRunRecordError, signedImages } from '#lib/chains';
import { ExpectedError } from '#lib/errors';
import { defaultRunsDirectory, readRun } from '#lib/local';
import { createRegistryClient, parseReference } from '#lib/oci';
import { printable } from '#lib/text';
import { cancelBySignal, directory, noOutput, usageError } from './arguments.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { type RegistryChoice, registryOptions, withRegistryOptions } from './registry-options.ts';

interface Options extends RegistryChoice {
  readonly runsDirectory: string;
  readonly key?: string;
  readonly builder: string;
  readonly output: string;
}

/** What Chains calls itself, which is what policies ask for. */
const CHAINS = 'https://tekton.dev/chains/v2';

export function attestCommand(): Command {
  const command = new Command('attest')
    .argument('[run]', 'a kept run; the last one where none is said')
    .description(
      'Sign the images of a run and what Tekton Chains would say of it, so that release policy can be asked.',
    )
    .option(
      '--key <file>',
      'cosign.key, whose password is in COSIGN_PASSWORD, or a key in PEM; without it, nothing is signed',
    )
    .option('--builder <uri>', 'what the statement says that ran it', CHAINS)
    .option('--runs-directory <directory>', 'where runs are kept', directory, defaultRunsDirectory())
    .option('-o, --output <form>', 'text, or json: the statement itself', 'text')
    .addHelpText(
      'after',
      `
The statement is in-toto's, with SLSA provenance v0.2 of the PipelineRun, as Konflux' Chains writes it. It is kept as
cosign does, under sha256-<digest>.att beside each image, and the image's signature under .sig. Who signs says that the
run was as it is told: a key of this machine proves nothing to others.

${exitCodesHelp('done', 'usage', 'environment', 'invalid', 'cancelled')}

Examples:
  bootc-catalog runs attest -o json                            the statement of the last run, unsigned
  COSIGN_PASSWORD=… bootc-catalog runs attest build-x2k4p --key cosign.key
  ec validate image --image <repository>@<digest> --public-key cosign.pub --ignore-rekor --policy policy.yaml`,
    );
  return withRegistryOptions(command).action(async (name: string | undefined, options: Options) => {
    const { key: file, output, builder, runsDirectory } = options;
    if (output !== 'text' && output !== 'json') throw noOutput(output, 'text or json');
    if (file === undefined && output === 'text')
      throw usageError('there is no key to sign with', 'give --key, or -o json for the statement alone');
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
  });
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
