import { clusterAccess, readConfigMap } from '#lib/kube';
import { InvalidReleaseError } from '#lib/release';
import { implement } from '#lib/step';
import { own, quoted } from '#lib/text';
import { task } from './task.ts';

export default implement(task.steps['collect-signing-params'], async ({ params, log, signal }) => {
  const { configMapName: name, configMapNamespace: namespace } = params;
  const answer = await readConfigMap(await clusterAccess(), { namespace, name }, signal);
  if (answer.kind !== 'found') {
    const why = answer.kind === 'absent' ? 'is not there' : 'may not be read by this account';
    log.warn(`ConfigMap ${namespace}/${name} ${why}: keyless signing is off`);
  }
  const data = answer.kind === 'found' ? answer.data : {};
  const say = (key: string) => {
    const text = (own(data, key) ?? '').trim();
    // They become params of other tasks, and one of them a choice between tasks.
    if (/[\r\n]/.test(text))
      throw new InvalidReleaseError(
        `${key} of ConfigMap ${namespace}/${name} is ${quoted(text)}, which is several lines`,
      );
    return text;
  };
  const preferred = (service: string) => say(`${service}InternalUrl`) || say(`${service}ExternalUrl`);
  return {
    enableKeylessSigning: say('enableKeylessSigning') || 'false',
    defaultOIDCIssuer: say('defaultOIDCIssuer'),
    rekorExternalUrl: say('rekorExternalUrl'),
    rekorUrl: preferred('rekor'),
    fulcioExternalUrl: say('fulcioExternalUrl'),
    fulcioUrl: preferred('fulcio'),
    tufExternalUrl: say('tufExternalUrl'),
    tufUrl: preferred('tuf'),
    buildIdentityRegexp: say('buildIdentityRegexp'),
    tektonChainsIdentity: say('tektonChainsIdentity'),
  };
});
