import * as z from 'zod';
import { ClusterError, clusterAccess, parseObjectName, patchStatus, rbacRule } from '#lib/kube';
import { InvalidReleaseError, mergeResults, resourceTypes } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { quoted } from '#lib/text';
import { task } from './task.ts';

export default implement(task.steps['update-cr-status'], async (context) => {
  const { params, log, signal } = context;
  const { resourceType, statusKey, resource, resultsDirPath } = params;
  const type = typeOf(resourceType);
  const where = parseObjectName(resource, 'param resource');
  if (!/^[A-Za-z]\w*$/.test(statusKey))
    throw new InvalidReleaseError(`param statusKey is ${quoted(statusKey)}, which is no key of a status`);
  const files = releaseFiles(context);
  const paths = files.list(resultsDirPath);
  if (paths.length === 0) {
    log.info(`no task has left a result in ${resultsDirPath}: there is nothing to say`);
    return {};
  }
  const results = mergeResults(paths.map((path) => [path, files.read(path, z.json(), 'a result')]));
  const access = await clusterAccess();
  const answer = await patchStatus(access, type, where, { [statusKey]: results }, signal);
  const name = `${type.kind} ${resource}`;
  if (answer.kind === 'absent')
    throw new ClusterError(`there is no ${name} to say what was released`, {
      hint: 'was it deleted while it was being released? What was pushed stays',
    });
  if (answer.kind === 'forbidden') {
    const { group, plural } = type;
    const permission = { verb: 'patch', group, resource: plural, subresource: 'status', ...where } as const;
    log.warn(
      `${name} does not say what was released, which is released all the same: a Role in ${where.namespace} with the rule ${rbacRule(permission)} would allow that`,
    );
    return {};
  }
  log.info(`${name} has ${Object.keys(results).join(', ')} in status.${statusKey}, of ${paths.join(', ')}`);
  return {};
});

/** By the singular or plural that kubectl takes. */
function typeOf(text: string): (typeof resourceTypes)[keyof typeof resourceTypes] {
  const wanted = text.toLowerCase();
  const found = Object.values(resourceTypes).find(
    ({ kind, plural }) => kind.toLowerCase() === wanted || plural === wanted,
  );
  if (found !== undefined) return found;
  throw new InvalidReleaseError(`param resourceType is ${quoted(text)}, which no release has`, {
    hint: `there are ${Object.values(resourceTypes)
      .map(({ kind }) => kind.toLowerCase())
      .join(', ')}`,
  });
}
