import {
  expressionsOf,
  formatDuration,
  looksLikeResult,
  parseDuration,
  resultsIn,
} from '../language/index.ts';
import type {
  PipelineRun,
  PipelineRunSpec,
  PipelineTaskRunSpec,
  ResourceRequirements,
  TaskRun,
  TaskRunSidecarSpec,
  TaskRunSpec,
} from '../objects/api.gen.ts';
import { type Problem, problemIf } from '../objects/problem.ts';
import { metadataProblems } from './names.ts';
import { repeatedNameProblems } from './params.ts';
import { pipelineSpecProblems } from './pipeline.ts';
import { pipelineRunParamProblems, taskRunParamProblems } from './propagation.ts';
import { refProblems } from './references.ts';
import type { RuleOptions } from './rule-options.ts';
import { taskSpecProblems } from './task.ts';
import { taskRunSpecTimeoutProblems, timeoutProblems } from './timeouts.ts';
import { bindingProblems } from './workspaces.ts';

/** PipelineRun.Validate (pkg/apis/pipeline/v1/pipelinerun_validation.go). */
export function pipelineRunProblems(run: PipelineRun, options: RuleOptions): readonly Problem[] {
  const { spec = {} } = run;
  const { pipelineRef, pipelineSpec, params = [], workspaces = [], timeouts, taskRunSpecs = [] } = spec;
  return [
    ...metadataProblems(run.metadata),
    ...startedProblems(run, 'PipelineRunPending'),
    ...eitherProblems(spec, 'pipelineRef', 'pipelineSpec'),
    ...(pipelineRef ? refProblems(pipelineRef, 'spec.pipelineRef') : []),
    ...(pipelineSpec ? pipelineSpecProblems(pipelineSpec, 'spec.pipelineSpec', options) : []),
    ...runParamProblems(spec),
    ...(pipelineSpec ? pipelineRunParamProblems(params, pipelineSpec) : []),
    ...(timeouts ? timeoutProblems(timeouts, 'spec.timeouts') : []),
    ...taskRunSpecs.flatMap((entry, index) =>
      taskRunSpecProblems(entry, spec, `spec.taskRunSpecs[${index}]`),
    ),
    ...pipelineStatusProblems(spec),
    ...bindingProblems(workspaces, 'spec.workspaces'),
    ...repeatedWorkspaces(spec),
  ];
}

/** TaskRun.Validate (taskrun_validation.go). */
export function taskRunProblems(run: TaskRun, options: RuleOptions): readonly Problem[] {
  const { spec = {} } = run;
  const { taskRef, taskSpec, params = [], workspaces = [], computeResources, stepSpecs = [] } = spec;
  return [
    ...metadataProblems(run.metadata),
    ...startedProblems(run, 'TaskRunPending'),
    ...eitherProblems(spec, 'taskRef', 'taskSpec'),
    ...(taskRef ? refProblems(taskRef, 'spec.taskRef') : []),
    ...(taskSpec ? taskSpecProblems(taskSpec, 'spec.taskSpec', options) : []),
    ...repeatedNameProblems(params, 'spec.params'),
    ...(taskSpec ? taskRunParamProblems(params, taskSpec) : []),
    ...bindingProblems(workspaces, 'spec.workspaces'),
    ...repeatedNameProblems(workspaces, 'spec.workspaces'),
    ...debugProblems(spec),
    ...overrideProblems(spec, 'spec'),
    ...resourceProblems(computeResources, stepSpecs, 'spec'),
    ...taskStatusProblems(spec),
    ...limitProblems(spec),
  ];
}

function startedProblems(run: PipelineRun | TaskRun, pending: string): readonly Problem[] {
  const status: unknown = run.status;
  const hasStarted = typeof status === 'object' && status !== null && 'startTime' in status;
  if (run.spec?.status !== pending || !hasStarted) return [];
  const kind = pending.replace('Pending', '');
  return [{ path: 'spec.status', message: `invalid value: ${kind} cannot be Pending after it is started` }];
}

function eitherProblems<S extends object>(spec: S, ref: keyof S & string, inline: keyof S & string) {
  const count = [spec[ref], spec[inline]].filter((value) => value !== undefined).length;
  if (count === 1) return [];
  return [
    {
      path: 'spec',
      message: `expected exactly one, got ${count === 0 ? 'neither' : 'both'}: ${ref}, ${inline}`,
    },
  ];
}

/** validatePipelineRunParameters. */
function runParamProblems({ params = [] }: PipelineRunSpec): readonly Problem[] {
  return [
    ...repeatedNameProblems(params, 'spec.params'),
    ...params.flatMap(({ value }, index) => {
      const results = expressionsOf(value).filter((expression) => looksLikeResult(expression));
      if (resultsIn(results).length === 0) return [];
      const message = `invalid value: cannot use result expressions in [${results.join(' ')}] as PipelineRun parameter values`;
      return [{ path: `spec.params[${index}].value`, message }];
    }),
  ];
}

function taskRunSpecProblems(
  entry: PipelineTaskRunSpec,
  { timeouts = {} }: PipelineRunSpec,
  path: string,
): readonly Problem[] {
  return [
    ...overrideProblems(entry, path),
    ...resourceProblems(entry.computeResources, entry.stepSpecs ?? [], path),
    ...taskRunSpecTimeoutProblems(entry.timeout, timeouts, `${path}.timeout`),
  ];
}

/** validateStepSpecs and validateSidecarSpecs. */
function overrideProblems(
  spec: Pick<PipelineTaskRunSpec, 'stepSpecs' | 'sidecarSpecs'>,
  path: string,
): readonly Problem[] {
  return (['stepSpecs', 'sidecarSpecs'] as const).flatMap((field) => {
    const entries = spec[field] ?? [];
    const at = `${path}.${field}`;
    return [
      ...entries.flatMap(({ name }, index) =>
        problemIf(name === '', `${at}[${index}].name`, 'missing field(s)'),
      ),
      ...repeatedNameProblems(entries, at).filter(({ path: name }) => !isUnnamed(entries, name)),
    ];
  });
}

function isUnnamed(entries: readonly TaskRunSidecarSpec[], path: string): boolean {
  const index = /\[(?<index>\d+)\]\.name$/.exec(path)?.groups?.index;
  return entries[Number(index)]?.name === '';
}

/** validateTaskRunComputeResources. */
function resourceProblems(
  resources: ResourceRequirements | undefined,
  steps: readonly TaskRunSidecarSpec[],
  path: string,
): readonly Problem[] {
  if (!resources) return [];
  const isSet = ({ computeResources }: TaskRunSidecarSpec) =>
    Object.values(computeResources ?? {}).some(
      (value) => value !== undefined && Object.keys(value).length > 0,
    );
  if (!steps.some(isSet)) return [];
  return [{ path, message: 'expected exactly one, got both: stepSpecs.resources, computeResources' }];
}

const pipelineStatuses = ['Cancelled', 'CancelledRunFinally', 'StoppedRunFinally', 'PipelineRunPending'];

/** validateSpecStatus. */
function pipelineStatusProblems({ status = '' }: PipelineRunSpec): readonly Problem[] {
  if (status === '' || pipelineStatuses.includes(status)) return [];
  const [last = '', ...others] = pipelineStatuses.toReversed();
  const message = `invalid value: ${status} should be ${others.reverse().join(', ')} or ${last}`;
  return [{ path: 'spec.status', message }];
}

function taskStatusProblems({ status = '', statusMessage = '' }: TaskRunSpec): readonly Problem[] {
  if (status === '' && statusMessage !== '') {
    const message = `invalid value: statusMessage should not be set if status is not set, but it is currently set to ${statusMessage}`;
    return [{ path: 'spec.statusMessage', message }];
  }
  if (['', 'TaskRunCancelled', 'TaskRunPending'].includes(status)) return [];
  const message = `invalid value: ${status} should be TaskRunCancelled or TaskRunPending`;
  return [{ path: 'spec.status', message }];
}

function repeatedWorkspaces({ workspaces = [] }: PipelineRunSpec): readonly Problem[] {
  return workspaces.flatMap(({ name }, index) => {
    const first = workspaces.findIndex((other) => other.name === name);
    if (first === index) return [];
    const message = `workspace ${JSON.stringify(name)} provided by pipelinerun more than once, at index ${first} and ${index}`;
    return [{ path: `spec.workspaces[${index}].name`, message }];
  });
}

/** validateDebug. */
function debugProblems({ debug }: TaskRunSpec): readonly Problem[] {
  const breakpoints = debug?.breakpoints;
  if (!breakpoints) return [];
  const { onFailure = '', beforeSteps = [] } = breakpoints;
  const path = 'spec.debug.breakpoints';
  const message =
    onFailure === ''
      ? 'invalid value: onFailure breakpoint is empty, it is only allowed to be set as enabled'
      : `invalid value: ${onFailure} is not a valid onFailure breakpoint value, onFailure breakpoint is only allowed to be set as enabled`;
  return [
    ...problemIf(onFailure !== 'enabled', `${path}.onFailure`, message),
    ...beforeSteps.flatMap((step, index) =>
      problemIf(
        beforeSteps.indexOf(step) !== index,
        `${path}.beforeSteps[${index}]`,
        `before step must be unique, the same step: ${step} is defined multiple times`,
      ),
    ),
  ];
}

function limitProblems({ retries = 0, timeout = '0' }: TaskRunSpec): readonly Problem[] {
  const limit = parseDuration(timeout) ?? 0;
  return [
    ...problemIf(retries < 0, 'spec.retries', `invalid value: ${retries} should be >= 0`),
    ...problemIf(limit < 0, 'spec.timeout', `invalid value: ${formatDuration(limit)} should be >= 0`),
  ];
}
