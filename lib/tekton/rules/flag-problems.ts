import type { Problem } from '../objects/problem.ts';
import { partsOf } from '../objects/walk.ts';
import { type Feature, featureFlags } from './feature-flags.ts';

const levels = ['stable', 'beta', 'alpha'];

/**
 * What a cluster refuses for its feature flags, in Tekton's words. `config` is the data of the ConfigMap
 * `feature-flags`; what is not in it has Tekton's default.
 */
export function flagProblems(object: unknown, config: Readonly<Record<string, string>>): readonly Problem[] {
  return [
    ...featureFlags(object).features.flatMap((feature) => {
      const message = flagProblem(feature, config);
      return message === undefined ? [] : [{ path: feature.path, message }];
    }),
    ...inlineProblems(object, config['disable-inline-spec'] ?? ''),
  ];
}

function flagProblem(
  { name, flag, value }: Feature,
  config: Readonly<Record<string, string>>,
): string | undefined {
  if (flag === undefined || value === undefined) return undefined;
  if (flag !== 'enable-api-fields') {
    const isSet = /^(?:1|t|true)$/i.test(config[flag] ?? '');
    return isSet ? undefined : `feature flag ${flag} should be set to true to use ${name}`;
  }
  const current = config[flag] ?? 'beta';
  if (levels.indexOf(current) >= levels.indexOf(value)) return undefined;
  const wanted = value === 'alpha' ? '"alpha"' : '"alpha" or "beta"';
  return `${name} requires "enable-api-fields" feature gate to be ${wanted} but it is "${current}"`;
}

/** The flag `disable-inline-spec` names the kinds that must refer to what they run. */
function inlineProblems(object: unknown, disabled: string): readonly Problem[] {
  const kinds = disabled.split(',').map((kind) => kind.trim());
  const { kind, object: decoded, pipelineTasks } = partsOf(object);
  const { spec = {} } = decoded as { readonly spec?: Readonly<Record<string, unknown>> };
  const say = (path: string) => ({ path, message: 'must not set the field(s)' });
  return [
    ...(kinds.includes('pipelinerun') && kind === 'PipelineRun' && spec.pipelineSpec !== undefined
      ? [say('spec.pipelineSpec')]
      : []),
    ...(kinds.includes('taskrun') && kind === 'TaskRun' && spec.taskSpec !== undefined
      ? [say('spec.taskSpec')]
      : []),
    ...(kinds.includes('pipeline')
      ? pipelineTasks.flatMap(({ value, path }) =>
          (['taskSpec', 'pipelineSpec'] as const)
            .filter((field) => value[field] !== undefined)
            .map((field) => say(`${path}.${field}`)),
        )
      : []),
  ];
}
