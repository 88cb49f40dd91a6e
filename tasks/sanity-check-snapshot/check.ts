import { join } from 'node:path';
import { readTrustedCa, testOutput } from '#lib/konflux';
import { parseDigest, parseReference, registryClientFor } from '#lib/oci';
import { InvalidReleaseError, MappedSnapshot, SanityComponent, SanityData } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { reportLines } from '#lib/sanity';
import { FailedStepError, implement } from '#lib/step';
import { printable, table } from '#lib/text';
import { type Judgement, judge, problems, skipped } from './judge.ts';
import { task } from './task.ts';

export default implement(task.steps.check, async (context) => {
  const { params, log, signal } = context;
  const files = releaseFiles(context);
  const { components } = files.read(params.snapshotPath, MappedSnapshot, 'the mapped Snapshot');
  const data = files.read(params.dataPath, SanityData, 'the data');
  using client = registryClientFor({ tlsVerify: true, images: [] }, { ca: await readTrustedCa() });
  const judged: { readonly name: string; readonly image: string; readonly judgement: Judgement }[] = [];
  // One after the other: each keeps the file systems of all of its platforms in memory.
  for (const { name, containerImage, ...component } of components) {
    const choice = choiceOf(name, component);
    const reference = parseReference(containerImage);
    log.info(`component ${printable(name)}: ${printable(containerImage)}`);
    const judgement = await judge(client.repository(reference), {
      digest: parseDigest(reference.digest ?? ''),
      compose: choice.compose ?? data.sanityCheck?.compose,
      waivers: choice.waivers ?? [],
      signal,
      onPlatform: (platform) => log.info(`read ${printable(platform)}`),
    });
    if (judgement.kind === 'judged') for (const line of reportLines(judgement.report)) log.info(line);
    judged.push({ name, image: containerImage, judgement });
  }
  const rows = judged.map(({ name, judgement }) => [
    name,
    verdictOf(judgement),
    judgement.kind === 'off' ? judgement.why : problems(judgement).join(', '),
    skipped(judgement).join(', '),
  ]);
  const lines = table(['COMPONENT', 'VERDICT', 'BECAUSE', 'SKIPPED'], rows).trimEnd().split('\n');
  for (const line of lines) log.info(line);
  files.write(join(params.resultsDirPath, 'sanity-check-results.json'), {
    sanityCheck: judged.map(({ name, image, judgement }) => ({
      name,
      image,
      result: verdictOf(judgement),
      ...(judgement.kind === 'off' ? { note: judgement.why } : {}),
      failed: problems(judgement),
      skipped: skipped(judgement),
      waived: waivedOf(judgement),
    })),
  });
  const TEST_OUTPUT = summary(judged);
  const failed = judged.filter(({ judgement }) => problems(judgement).length > 0);
  if (failed.length > 0) {
    const each = failed.map(({ name, judgement }) => `${name} (${problems(judgement).join(', ')})`);
    throw new FailedStepError(`sanity check failed: ${printable(each.join(', '), 2_000)}`, { TEST_OUTPUT });
  }
  return { TEST_OUTPUT };
});

/** @throws {InvalidReleaseError} naming the component */
function choiceOf(name: string, component: object) {
  const parsed = SanityComponent.safeParse(component);
  if (parsed.success) return parsed.data.sanityCheck ?? {};
  const [issue] = parsed.error.issues;
  throw new InvalidReleaseError(
    `component ${printable(name)}: ${issue?.path.join('.') ?? 'sanityCheck'} is not valid: ${printable(issue?.message ?? '')}`,
    { hint: 'mapping.components[].sanityCheck has waivers, a list of check=reason, and compose, a URL' },
  );
}

function verdictOf(judgement: Judgement): 'passed' | 'FAILED' | 'off' {
  if (judgement.kind === 'off') return 'off';
  return problems(judgement).length === 0 ? 'passed' : 'FAILED';
}

function waivedOf(judgement: Judgement): readonly string[] {
  if (judgement.kind !== 'judged') return [];
  const waived = judgement.report.checks.filter(({ result }) => result === 'waived');
  return [...new Set(waived.map(({ id, reason }) => `${id}=${reason}`))];
}

function summary(judged: readonly { readonly name: string; readonly judgement: Judgement }[]) {
  const count = (wanted: string) =>
    judged.reduce((sum, { judgement }) => {
      if (judgement.kind === 'refused') return sum + (wanted === 'fail' ? 1 : 0);
      if (judgement.kind === 'off') return sum;
      return sum + judgement.report.checks.filter(({ result }) => result === wanted).length;
    }, 0);
  const off = judged.filter(({ judgement }) => judgement.kind === 'off').length;
  const failed = judged.filter(({ judgement }) => problems(judgement).length > 0).map(({ name }) => name);
  const note =
    failed.length > 0
      ? `failed: ${printable(failed.join(', '))}`
      : `${judged.length - off} components passed, ${off} are no bootc images`;
  return testOutput(
    {
      successes: count('pass'),
      failures: count('fail'),
      warnings: count('warn') + count('waived'),
      errors: count('error'),
    },
    note,
  );
}
