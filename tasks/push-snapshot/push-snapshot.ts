import { dirname, join } from 'node:path';
import { readTrustedCa } from '#lib/konflux';
import { registryClientFor } from '#lib/oci';
import {
  carryOut,
  createLimits,
  createProgress,
  nameOf,
  planPromotion,
  planSummary,
  planTable,
} from '#lib/promote';
import { MappedSnapshot, PushData, PushResults, promotionsOf, pushResults } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { task } from './task.ts';

/** Beside the data: what an attempt is about to move, for one that comes after it. No task tells it. */
const MOVES = 'push_snapshot_moves.json';

export default implement(task.steps['push-snapshot'], async (context) => {
  const { params, log, signal } = context;
  const files = releaseFiles(context);
  const snapshot = files.read(params.snapshotPath, MappedSnapshot, 'the mapped Snapshot');
  const data = files.read(params.dataPath, PushData, 'the data');
  const promotions = promotionsOf(snapshot, data, params);
  using client = registryClientFor(
    { tlsVerify: true, images: [] },
    {
      ca: await readTrustedCa(),
      retry: { attempts: params.retries + 1 },
      onRetry: (what, wait) => log.warn(`${what}; trying again in ${(wait / 1_000).toFixed(1)} s`),
    },
  );
  const limits = createLimits(params.concurrentLimit);
  const plan = await planPromotion(client, promotions, { limits, signal });
  for (const line of planTable(plan).trimEnd().split('\n')) log.info(line);
  log.info(planSummary(plan));

  const moves = join(dirname(params.dataPath), MOVES);
  const earlier = files.has(moves)
    ? files.read(moves, PushResults, 'the moves of an earlier attempt')
    : undefined;
  const results = pushResults(plan, earlier);
  {
    using progress = createProgress(plan, log.info);
    await carryOut(plan, {
      limits,
      signal,
      onCopy: progress.onCopy,
      onCopied: progress.onCopied,
      onReady: () => {
        files.write(moves, results);
        log.info('all content is there, and was read back');
      },
      onMove: (tag) => log.info(`tagging ${nameOf(tag)} (${tag.now?.digest ?? 'new'}) as ${tag.root.digest}`),
    });
  }
  files.write(join(params.resultsDirPath, 'push-snapshot-results.json'), results);
  log.info('every tag names what it should');
  return {};
});
