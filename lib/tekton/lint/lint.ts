import { stringsIn } from '../language/index.ts';
import type { PipelineRun, StepAction, Task } from '../objects/api.gen.ts';
import { checkStructure } from '../objects/structure.ts';
import { type Parts, partsOf } from '../objects/walk.ts';
import { featureFlags } from '../rules/feature-flags.ts';
import type { KnownObjects } from '../rules/known.ts';
import { containerFindings, environmentFindings, imageFindings, scriptFindings } from './containers.ts';
import { type Finding, findIf, finding } from './finding.ts';
import { pipelineFindings } from './pipeline.ts';
import { publishedFindings } from './published.ts';
import { runFindings } from './run.ts';
import { taskFindings } from './task.ts';
import { unusedInPipeline, unusedInStepAction, unusedInTask } from './unused.ts';

/**
 * Warnings about what Tekton accepts and what goes wrong later, or should be better. Errors are for `validate`; an
 * object that cannot be decoded has no findings. Never throws.
 */
export function lint(object: unknown, known: KnownObjects = {}): readonly Finding[] {
  const parts = partsOf(object);
  if (parts.kind === '') return [];
  return [
    ...parts.taskSpecs.flatMap((placed) => [...containerFindings(placed), ...taskFindings(placed)]),
    ...parts.pipelineSpecs.flatMap((placed) => [
      ...pipelineFindings(placed, known),
      ...unusedInPipeline(placed.value, placed.path),
    ]),
    ...kindFindings(parts, known),
    ...featureFindings(object),
    ...keptFindings(object, parts.kind),
  ];
}

function kindFindings({ kind, object }: Parts, known: KnownObjects): readonly Finding[] {
  switch (kind) {
    case 'PipelineRun':
      return runFindings(object as PipelineRun, known);
    case 'StepAction':
      return [
        ...stepActionFindings(object as StepAction),
        ...publishedFindings(object, kind, featureFlags(object)),
      ];
    case 'Task':
      return [...ownTaskFindings(object as Task), ...publishedFindings(object, kind, featureFlags(object))];
    case 'Pipeline':
      return publishedFindings(object, kind, featureFlags(object));
    default:
      return [];
  }
}

function ownTaskFindings({ spec = {} }: Task): readonly Finding[] {
  const hasCount = stringsIn(spec).some((text) => text.includes('$(context.task.retry-count)'));
  return [
    ...unusedInTask(spec, 'spec'),
    ...findIf(
      hasCount,
      'retry-count-taskref',
      'spec',
      '$(context.task.retry-count) is replaced in an embedded taskSpec only; by a taskRef it stays as it is',
    ),
  ];
}

function stepActionFindings({ spec = {} }: StepAction): readonly Finding[] {
  return [
    ...scriptFindings(spec.script, 'spec.script'),
    ...imageFindings(spec.image, 'spec.image'),
    ...environmentFindings(spec, 'spec'),
    ...unusedInStepAction(spec, 'spec'),
  ];
}

/** Flags that a Tekton as it is installed does not set. */
function featureFindings(object: unknown): readonly Finding[] {
  return featureFlags(object)
    .features.filter(({ flag, value }) => flag !== undefined && value !== 'beta')
    .map(({ path, name, flag, value }) =>
      finding('feature-flag', path, `${name} needs the feature flag ${flag}: ${value}`),
    );
}

/** Names of fields in another case: a cluster takes them, and the resolver of bundles refuses them. */
function keptFindings(object: unknown, kind: string): readonly Finding[] {
  const loud = new Set(checkStructure(object, kind, '', { lenient: true }).map(({ path }) => path));
  return checkStructure(object, kind)
    .filter(({ path, message }) => message.startsWith('unknown field') && !loud.has(path))
    .map(({ path, message }) => finding('unknown-field', path, message));
}
