import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkPolicy,
  parsePolicy,
  parsePolicyData,
  parseStatement,
  readEvidence,
  trusting,
  type Violation,
} from '#lib/conforma';
import { ExpectedError } from '#lib/errors';
import { createRegistryClient } from '#lib/oci';
import { printable, visibleJson } from '#lib/text';
import { cancellable } from '../options/cancellable.ts';
import { exitCode } from '../options/exit-codes.ts';
import { type RegistryChoice, registryOptions } from '../options/registry-options.ts';
import { readMade, refuseNone } from './read-made.ts';

export interface CheckRunOptions extends RegistryChoice {
  readonly policy: string;
  readonly data: readonly string[];
  readonly trust: readonly string[];
  readonly builder: string;
  readonly runsDirectory: string;
  readonly output: 'text' | 'json';
}

interface CheckedImage {
  readonly image: string;
  readonly violations: readonly Violation[];
}

/** Asks a policy about each image that a kept run has made, and says which rules do not hold. */
export async function checkRun(name: string | undefined, options: CheckRunOptions): Promise<void> {
  const policy = trusting(parsePolicy(await read(options.policy), options.policy), options.trust);
  const files = (await Promise.all(options.data.map(filesIn))).flat();
  const documents = await Promise.all(files.map(async (file) => parsePolicyData(await read(file), file)));
  const { run, statement, images } = await readMade(
    name,
    options,
    'policy is asked about PipelineRuns that have ended, and this is none',
  );
  const attested = parseStatement(statement);
  refuseNone(images);
  const results = new Map((run.status?.results ?? []).map((one) => [one.name, one.value]));
  const [url, revision] = [results.get('CHAINS-GIT_URL'), results.get('CHAINS-GIT_COMMIT')];
  const source = typeof url === 'string' && typeof revision === 'string' ? { url, revision } : undefined;

  await cancellable(async (signal) => {
    using client = createRegistryClient(registryOptions(options));
    const checked = await Promise.all(
      images.map(async ({ name: repository, digest }): Promise<CheckedImage> => {
        const image = `${repository}@sha256:${digest.sha256}`;
        const subject = { image, statements: [attested], ...(source && { source }) };
        const evidence = await readEvidence(client, subject, { signal });
        return { image, violations: checkPolicy(evidence, policy, documents) };
      }),
    );
    process.stdout.write(options.output === 'json' ? documentOf(checked) : checked.map(textOf).join(''));
    const isDenied = checked.some(({ violations }) => violations.some(({ isWarning }) => !isWarning));
    process.exitCode = isDenied ? exitCode.checkFailed : exitCode.done;
  });
}

function documentOf(images: readonly CheckedImage[]): string {
  return `${visibleJson({ version: 1, images }, 2)}\n`;
}

function textOf({ image, violations }: CheckedImage): string {
  const denied = violations.filter(({ isWarning }) => !isWarning).length;
  const said = denied === 0 ? 'passes' : `is denied by ${denied} ${denied === 1 ? 'finding' : 'findings'}`;
  const lines = violations.map(
    ({ rule, isWarning, message }) =>
      `  ${isWarning ? 'warning' : 'denied '} ${rule}: ${printable(message, 1_000)}\n`,
  );
  return `${image} ${said}\n${lines.join('')}`;
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ExpectedError(`cannot read ${printable(file, 1_000)}`, { kind: 'environment', cause });
  });
}

/** The file itself, or files of YAML and JSON in the folder. */
async function filesIn(path: string): Promise<readonly string[]> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new ExpectedError(`cannot read ${printable(path, 1_000)}`, { kind: 'environment', cause });
  });
  if (!stats.isDirectory()) return [path];
  const files = (await readdir(path)).filter((file) => /\.(?:ya?ml|json)$/.test(file)).sort();
  if (files.length > 0) return files.map((file) => join(path, file));
  throw new ExpectedError(`${printable(path, 1_000)} has no file of YAML or JSON`, { kind: 'invalid' });
}
