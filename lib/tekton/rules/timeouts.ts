import { DEFAULT_TIMEOUT, formatDuration, parseDuration } from '../language/index.ts';
import type { TimeoutFields } from '../objects/api.gen.ts';
import type { Problem } from '../objects/problem.ts';

/** The timeouts of PipelineRunSpec.Validate (pkg/apis/pipeline/v1/pipelinerun_validation.go), after defaulting. */
export function timeoutProblems(timeouts: TimeoutFields, path: string): readonly Problem[] {
  const pipeline = milliseconds(timeouts.pipeline) ?? DEFAULT_TIMEOUT;
  const tasks = milliseconds(timeouts.tasks);
  const finallyTasks = milliseconds(timeouts.finally);
  return [
    ...negativeProblems(timeouts, path),
    ...longerProblems(tasks, pipeline, `${path}.tasks`),
    ...longerProblems(finallyTasks, pipeline, `${path}.finally`),
    // As upstream, also where the pipeline has no timeout.
    ...(tasks !== undefined && finallyTasks !== undefined && tasks + finallyTasks > pipeline
      ? [
          {
            path: `${path}.tasks`,
            message: `invalid value: ${formatDuration(tasks)} + ${formatDuration(finallyTasks)} should be <= pipeline duration`,
          },
        ]
      : []),
  ];
}

function negativeProblems(timeouts: TimeoutFields, path: string): readonly Problem[] {
  return (['tasks', 'finally', 'pipeline'] as const).flatMap((field) => {
    const value = milliseconds(timeouts[field]);
    if (value === undefined || value >= 0) return [];
    return [{ path: `${path}.${field}`, message: `invalid value: ${formatDuration(value)} should be >= 0` }];
  });
}

function longerProblems(value: number | undefined, pipeline: number, path: string): readonly Problem[] {
  if (value === undefined || pipeline === 0 || (value !== 0 && value <= pipeline)) return [];
  const text = value === 0 ? '0s (no timeout)' : formatDuration(value);
  return [{ path, message: `invalid value: ${text} should be <= pipeline duration` }];
}

/** validateTaskRunSpecTimeout. */
export function taskRunSpecTimeoutProblems(
  timeout: string | undefined,
  timeouts: TimeoutFields,
  path: string,
): readonly Problem[] {
  const value = milliseconds(timeout);
  if (value === undefined) return [];
  if (value < 0) return [{ path, message: `invalid value: ${formatDuration(value)} should be >= 0` }];
  const tasks = milliseconds(timeouts.tasks);
  const limit = tasks ?? milliseconds(timeouts.pipeline) ?? DEFAULT_TIMEOUT;
  // A limit below zero is reported where it stands.
  if (limit <= 0 || value <= limit) return [];
  const source = tasks === undefined ? 'pipeline duration' : 'pipeline tasks duration';
  const message = `invalid value: ${formatDuration(value)} should be <= ${source} ${formatDuration(limit)}`;
  return [{ path, message }];
}

function milliseconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}
