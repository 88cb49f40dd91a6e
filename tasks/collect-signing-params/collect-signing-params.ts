import { clusterAccess, readConfigMap } from '#lib/kube';
import { implement } from '#lib/step';
import { own } from '#lib/text';
import { task } from './task.ts';

export default implement(task.steps['collect-signing-params'], async ({ params, log, signal }) => {
  const where = { namespace: params.configMapNamespace, name: params.configMapName };
  const answer = await readConfigMap(await clusterAccess(), where, signal);
  const what = `ConfigMap ${where.namespace}/${where.name}`;
  if (answer.kind !== 'found') {
    const why = answer.kind === 'absent' ? 'is not there' : 'may not be read by the account of this pod';
    log.warn(`${what} ${why}: nothing is signed without keys`);
  }
  const settings = answer.kind === 'found' ? answer.data : {};
  const value = (key: string) => own(settings, key) ?? '';
  const nearest = (server: string) => value(`${server}InternalUrl`) || value(`${server}ExternalUrl`);
  return {
    enableKeylessSigning: value('enableKeylessSigning') || 'false',
    defaultOIDCIssuer: value('defaultOIDCIssuer'),
    rekorExternalUrl: value('rekorExternalUrl'),
    rekorUrl: nearest('rekor'),
    fulcioExternalUrl: value('fulcioExternalUrl'),
    fulcioUrl: nearest('fulcio'),
    tufExternalUrl: value('tufExternalUrl'),
    tufUrl: nearest('tuf'),
    buildIdentityRegexp: value('buildIdentityRegexp'),
    tektonChainsIdentity: value('tektonChainsIdentity'),
  };
});
