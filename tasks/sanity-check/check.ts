import { join } from 'node:path';
import { openComposes } from '#lib/compose';
import { explain } from '#lib/errors';
import { imagePlatform } from '#lib/konflux';
import { formatPlatform, parseReference, registryClientFor } from '#lib/oci';
import { writeWhole } from '#lib/process';
import {
  checks,
  failures,
  inspectImage,
  nameOf,
  parseWaivers,
  reportLines,
  runChecks,
  verdict,
} from '#lib/sanity';
import { FailedStepError, implement } from '#lib/step';
import { printable, visibleJson } from '#lib/text';
import { attachError, attachVerdicts, wordOf } from './attach-verdicts.ts';
import { task } from './task.ts';

export default implement(task.steps.check, async ({ params, workspaces, log, signal }) => {
  const waivers = parseWaivers(
    params.WAIVERS,
    checks.map(({ id }) => id),
  );
  const reference = parseReference(params.IMAGE_URL);
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] });
  const target = client.repository(reference);
  const context = { run: params.RUN, signal };
  const facts = await inspectImage(target, {
    reference: params.IMAGE_URL,
    digest: params.IMAGE_DIGEST,
    expected: params.PLATFORMS.map((platform) => formatPlatform(imagePlatform(platform))),
    composes: openComposes({ compose: params.COMPOSE, composes: params.COMPOSES }, { signal }).then((all) =>
      all.map(({ compose }) => compose),
    ),
    signal,
    onPlatform: (platform) => log.info(`read ${printable(platform)}`),
  }).catch(async (error: unknown) => {
    // Why it could not be looked at matters more than that this could not be attached.
    if (params.ATTACH_VERDICT)
      await attachError(target, params.IMAGE_DIGEST, explain(error), context).catch(() => undefined);
    throw error;
  });
  const report = runChecks(checks, facts, waivers);
  for (const line of reportLines(report)) log.info(line);
  const bytes = `${visibleJson(report, 2)}\n`;
  if (workspaces.reports !== undefined) {
    writeWhole(join(workspaces.reports, `sanity-check-${reference.tag ?? 'image'}.json`), bytes);
  }
  if (params.ATTACH_VERDICT) {
    await attachVerdicts(target, facts, report, { bytes, ...context });
    log.info(`attached the verdict to ${target.name}@${params.IMAGE_DIGEST}`);
  }
  const results = { TEST_OUTPUT: verdict(report), VERDICT: wordOf(report) };
  const failed = failures(report);
  if (failed.length > 0 && params.ON_FAILURE === 'fail') {
    throw new FailedStepError(
      `sanity check failed: ${failed.map((one) => printable(nameOf(one))).join(', ')}`,
      results,
    );
  }
  return results;
});
