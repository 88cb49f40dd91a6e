import { join } from 'node:path';
import { openCompose } from '#lib/compose';
import { imagePlatform } from '#lib/konflux';
import { formatPlatform, parseReference, registryClientFor } from '#lib/oci';
import { writeWhole } from '#lib/process';
import {
  checks,
  failures,
  inspectImage,
  nameOf,
  parseWaivers,
  type Report,
  reportLines,
  runChecks,
  verdict,
} from '#lib/sanity';
import { FailedStepError, implement } from '#lib/step';
import { printable, visibleJson } from '#lib/text';
import { task } from './task.ts';

export default implement(task.steps.check, async ({ params, workspaces, log, signal }) => {
  const waivers = parseWaivers(
    params.WAIVERS,
    checks.map(({ id }) => id),
  );
  const reference = parseReference(params.IMAGE_URL);
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] });
  const target = client.repository(reference);
  const facts = await inspectImage(target, {
    reference: params.IMAGE_URL,
    digest: params.IMAGE_DIGEST,
    expected: params.PLATFORMS.map((platform) => formatPlatform(imagePlatform(platform))),
    compose: params.COMPOSE === '' ? undefined : openCompose(params.COMPOSE, { signal }),
    signal,
    onPlatform: (platform) => log.info(`read ${printable(platform)}`),
  });
  const report = runChecks(checks, facts, waivers);
  for (const line of reportLines(report)) log.info(line);
  if (workspaces.reports !== undefined) writeReport(workspaces.reports, reference.tag ?? 'image', report);
  const TEST_OUTPUT = verdict(report);
  const failed = failures(report);
  if (failed.length > 0 && params.ON_FAILURE === 'fail') {
    throw new FailedStepError(
      `sanity check failed: ${failed.map((one) => printable(nameOf(one))).join(', ')}`,
      { TEST_OUTPUT },
    );
  }
  return { TEST_OUTPUT };
});

function writeReport(directory: string, name: string, report: Report): void {
  writeWhole(join(directory, `sanity-check-${name}.json`), `${visibleJson(report, 2)}\n`);
}
