import { ExpectedError } from '#lib/errors';
import { clusterAccess, mayI, parseObjectName, rbacRule } from '#lib/kube';
import {
  InvalidReleaseError,
  internalRequestPermission,
  neededPermissions,
  type ReleasePermission,
  statusPermission,
} from '#lib/release';
import { implement } from '#lib/step';
import { table } from '#lib/text';
import { task } from './task.ts';

export default implement(task.steps['verify-access-to-resources'], async ({ params, log, signal }) => {
  const named = (param: 'release' | 'releasePlan' | 'snapshot') =>
    parseObjectName(params[param], `param ${param}`);
  const maybe = (param: 'releasePlanAdmission' | 'releaseServiceConfig') =>
    params[param] === '' ? undefined : parseObjectName(params[param], `param ${param}`);
  const objects = {
    release: named('release'),
    releasePlan: named('releasePlan'),
    releasePlanAdmission: maybe('releasePlanAdmission'),
    releaseServiceConfig: maybe('releaseServiceConfig'),
    snapshot: named('snapshot'),
  };
  if (params.requireInternalServices && objects.releasePlanAdmission === undefined)
    throw new InvalidReleaseError('internal requests are made in the namespace of an admission', {
      hint: 'give releasePlanAdmission, or leave requireInternalServices away',
    });
  const needed = [
    ...neededPermissions(objects),
    ...(params.requireInternalServices && objects.releasePlanAdmission !== undefined
      ? [internalRequestPermission(objects.releasePlanAdmission.namespace)]
      : []),
  ];
  const status = statusPermission(objects);

  const access = await clusterAccess();
  const all = [...needed, status];
  const allowed = await Promise.all(all.map((one) => mayI(access, one, signal)));
  const rows = all.map((one, index) => [...tell(one), allowed[index] === true ? 'yes' : 'no']);
  log.info(table(['may', 'what', 'in', 'allowed'], rows).trimEnd());
  const missing = needed.filter((_, index) => allowed[index] !== true);
  if (missing.length > 0) throw refused(missing);
  if (allowed.at(-1) !== true)
    log.warn(
      `the Release will not say what was released: a Role in ${status.namespace} with the rule ${rbacRule(status)} would allow that`,
    );
  return {};
});

function tell({ verb, resource, subresource, namespace, name }: ReleasePermission): readonly string[] {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return [verb, name === undefined ? what : `${what} ${name}`, namespace];
}

function refused(missing: readonly ReleasePermission[]): ExpectedError {
  const told = missing.map((one) => {
    const [verb = '', what = '', namespace = ''] = tell(one);
    return `${verb} ${what} in ${namespace}`;
  });
  const namespaces = [...new Set(missing.map(({ namespace }) => namespace))];
  const roles = namespaces.map((namespace) => {
    const rules = missing.filter((one) => one.namespace === namespace).map(rbacRule);
    return `a Role in ${namespace} with ${[...new Set(rules)].join(' ')}`;
  });
  return new ExpectedError(`the account of this pod may not ${told.join(', ')}`, {
    hint: `what is missing: ${roles.join('; ')}, each bound to the account`,
  });
}
