import * as z from 'zod';
import { ExpectedError, redact } from '#lib/errors';
import { clusterAccess, parseObjectName, patchStatus, rbacRule, requireResource } from '#lib/kube';
import { InvalidReleaseError, mergeResults, NO_POLICY, resourceTypes, statusPermission } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { quoted } from '#lib/text';
import { task } from './task.ts';

/** Names by which kubectl knows the kind. */
const NAMES = ['release', 'releases', 'releases.appstudio.redhat.com', 'release.appstudio.redhat.com'];
/** Bytes that etcd keeps of an object, some of which are taken (etcd, "Request size limit": 1.5 MiB). */
const MOST = 1024 * 1024;

export default implement(task.steps['update-cr-status'], async ({ params, workspaces, log, signal }) => {
  const { resourceType, resource, statusKey, resultsDirPath } = params;
  if (!NAMES.includes(resourceType.toLowerCase()))
    throw new InvalidReleaseError(`resourceType ${quoted(resourceType)} is none whose status is known here`, {
      hint: `there is: ${NAMES[0]}`,
    });
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(statusKey))
    throw new InvalidReleaseError(`statusKey ${quoted(statusKey)} is no key of a status`);
  const where = parseObjectName(resource, 'param resource');
  const files = releaseFiles({ params, workspaces });
  const paths = files.list(resultsDirPath);
  const policy = params.policy.trim();
  const results = mergeResults([
    ...paths.map((path) => ({ path, content: files.read(path, z.unknown(), 'the results of a task') })),
    ...(policy === '' ? [] : [{ path: 'param policy', content: verdictOf(policy) }]),
  ]);
  if (policy === NO_POLICY) log.warn('the policy was none: NOTHING VERIFIED what was released');
  if (paths.length === 0) {
    log.warn(`there are no results in ${quoted(redact(resultsDirPath))}: the status stays as it is`);
    return {};
  }
  const size = Buffer.byteLength(JSON.stringify(results));
  if (size > MOST)
    throw new InvalidReleaseError(`the results have ${size} bytes, more than a status of a Release can hold`);
  const type = resourceTypes.Release;
  const access = await clusterAccess();
  const answer = await patchStatus(access, type, where, { [statusKey]: results }, signal);
  if (answer.kind === 'found') {
    log.info(`status.${statusKey} of Release ${resource} says ${Object.keys(results).join(', ')}`);
    return {};
  }
  if (answer.kind === 'absent') {
    await requireResource(access, type, where, signal);
    throw new ExpectedError(`Release ${resource} has no status that can be patched`);
  }
  log.warn(
    `this account may not patch the status of Release ${resource}: what was released stands in the log alone. A Role in ${where.namespace} with the rule ${rbacRule(statusPermission({ release: where }))} allows it`,
  );
  log.info(JSON.stringify(results));
  return {};
});

/** Our key of the status: a release that stands without a policy is to be found by whoever reads it. */
function verdictOf(policy: string) {
  return { conforma: { policy, verified: policy !== NO_POLICY } };
}
