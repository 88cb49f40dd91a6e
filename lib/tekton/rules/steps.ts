import { parseDuration } from '../language/index.ts';
import type { Step, VolumeMount } from '../objects/api.gen.ts';
import { type Problem, problemIf, problemOf } from '../objects/problem.ts';
import { isDnsLabel } from './names.ts';
import { refProblems } from './references.ts';
import { inlineStepResultProblems } from './results.ts';
import type { RuleOptions } from './rule-options.ts';
import type { MergedStep } from './step-template.ts';
import { unknownVariable } from './variables.ts';
import { whenProblems } from './when.ts';

/** StepList.Validate (pkg/apis/pipeline/v1/task_validation.go). */
export function stepProblems(steps: readonly MergedStep[], options: RuleOptions): readonly Problem[] {
  const names = new Set<string>();
  return steps.flatMap((merged) => {
    const { step, path, at } = merged;
    const isRepeated = step.name !== '' && names.has(step.name);
    names.add(step.name);
    return [
      ...problemIf(
        isRepeated,
        at('name'),
        `expected exactly one, got both: the step name ${JSON.stringify(step.name)} is used twice`,
      ),
      ...oneStepProblems(merged),
      ...ownResultProblems(merged),
      ...whenProblems(step.when ?? [], `${path}.when`, options),
    ];
  });
}

/** Step.Validate (container_validation.go). */
function oneStepProblems(merged: MergedStep): readonly Problem[] {
  const { step, at } = merged;
  return [
    ...(step.ref ? refStepProblems(merged) : containerProblems(merged)),
    ...problemIf(
      !(step.name === '' || isDnsLabel(step.name)),
      at('name'),
      `invalid value ${JSON.stringify(step.name)}: Task step name must be a valid DNS Label`,
    ),
    ...problemIf(
      (parseDuration(step.timeout ?? '0') ?? 0) < 0,
      at('timeout'),
      `invalid value: ${step.timeout}: negative timeout`,
    ),
    ...(step.volumeMounts ?? []).flatMap((mount, index) => mountProblems(mount, at('volumeMounts', index))),
    ...onErrorProblems(step, at('onError')),
    ...misplacedResults(merged),
  ];
}

const notWithRef = {
  image: 'image',
  command: 'command',
  args: 'args',
  script: 'script',
  workingDir: 'working dir',
  env: 'env',
  volumeMounts: 'volumeMounts',
  results: 'results',
} as const;

function refStepProblems({ step, at, path }: MergedStep): readonly Problem[] {
  const fields = (Object.keys(notWithRef) as (keyof typeof notWithRef)[]).filter((field) =>
    // An empty env is there, to Go, and an empty list of the others is not.
    field === 'env' ? step.env !== undefined : (step[field]?.length ?? 0) > 0,
  );
  return [
    ...refProblems(step.ref ?? {}, `${path}.ref`),
    ...fields.map((field) => ({ path: at(field), message: `${notWithRef[field]} cannot be used with Ref` })),
  ];
}

function containerProblems({ step, at }: MergedStep): readonly Problem[] {
  return [
    ...problemIf((step.params?.length ?? 0) > 0, at('params'), 'params cannot be used without Ref'),
    ...problemIf((step.image ?? '') === '', at('image'), 'missing field(s)'),
    ...scriptProblems(step, at('script')),
  ];
}

export function scriptProblems(
  { script = '', command = [] }: Pick<Step, 'script' | 'command'>,
  path: string,
): readonly Problem[] {
  if (script === '' || command.length === 0) return [];
  return [{ path, message: 'script cannot be used with command' }];
}

function mountProblems({ name, mountPath }: VolumeMount, path: string): readonly Problem[] {
  const clean = cleanPath(mountPath);
  return [
    ...problemIf(
      clean.startsWith('/tekton/') && !clean.startsWith('/tekton/home'),
      `${path}.mountPath`,
      `volumeMount cannot be mounted under /tekton/ (volumeMount ${JSON.stringify(name)} mounted at ${JSON.stringify(mountPath)})`,
    ),
    ...problemIf(
      name.startsWith('tekton-internal-'),
      `${path}.name`,
      `volumeMount name ${JSON.stringify(name)} cannot start with "tekton-internal-"`,
    ),
  ];
}

/** filepath.Clean. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '' && part !== '.' && !(part === '..' && path.startsWith('/'))) parts.push(part);
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}` || '.';
}

function onErrorProblems({ onError = '' }: Step, path: string): readonly Problem[] {
  if (['', 'continue', 'stopAndFail'].includes(onError) || onError.startsWith('$(params')) return [];
  const message = `invalid value: "${onError}": Task step onError must be either "continue" or "stopAndFail"`;
  return [{ path, message }];
}

/** validateStepResultReference and validateStepArtifactsReference: where what an earlier step wrote cannot stand. */
function misplacedResults({ step, at }: MergedStep): readonly Problem[] {
  const places: readonly (readonly [string, string | undefined])[] = [
    [at('name'), step.name],
    [at('image'), step.image],
    [at('imagePullPolicy'), step.imagePullPolicy],
    [at('workingDir'), step.workingDir],
    ...(step.envFrom ?? []).flatMap(({ prefix, configMapRef, secretRef }, index) => {
      const path = at('envFrom', index);
      return [
        [`${path}.prefix`, prefix],
        [`${path}.configMapRef`, configMapRef?.name],
        [`${path}.secretRef`, secretRef?.name],
      ] as const;
    }),
    ...(step.volumeMounts ?? []).flatMap(({ name, mountPath, subPath }, index) => {
      const path = at('volumeMounts', index);
      return [
        [`${path}.name`, name],
        [`${path}.mountPath`, mountPath],
        [`${path}.subPath`, subPath],
      ] as const;
    }),
    ...(step.volumeDevices ?? []).flatMap(({ name, devicePath }, index) => {
      const path = at('volumeDevices', index);
      return [
        [`${path}.name`, name],
        [`${path}.devicePath`, devicePath],
      ] as const;
    }),
  ];
  const found = (texts: typeof places, pattern: RegExp, message: string) =>
    texts.flatMap(([path, text = '']) => problemIf(pattern.test(text), path, message));
  return [
    ...found(
      [...places, [at('script'), step.script]],
      /\$\(steps\.[^\n]*?\.results\.[^\n]*?\)/,
      'stepResult substitutions are only allowed in env, command and args',
    ),
    ...found(
      places,
      /\$\(steps\.[^.]+\.(?:inputs|outputs)\.[^.)]+\)|\$\(step\.artifacts\.path\)/,
      'stepArtifact substitutions are only allowed in env, command, args and script',
    ),
  ];
}

/** ValidateStepResultsVariables and ValidateStepResults. */
function ownResultProblems({ step, at }: MergedStep): readonly Problem[] {
  if (step.results === undefined) return [];
  const names = new Set(step.results.map(({ name }) => name));
  const message = unknownVariable(step.script ?? '', 'step.results', names);
  return [...problemOf(at('script'), message), ...inlineStepResultProblems(step.results, at('results'))];
}
