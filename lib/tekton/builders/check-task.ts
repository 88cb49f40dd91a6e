import { stringsIn } from '../language/index.ts';
import { InvalidDefinitionError, within } from '../objects/problem.ts';
import { refuseExpansion } from './expansion.ts';
import type { Schemas } from './schema.ts';
import type { StepFields, TaskDefinition } from './task.ts';
import { checkVersion } from './version.ts';
import { written } from './with-refs.ts';

/**
 * What the parts of a task must be to each other. The types say most of it; definitions may come around them.
 *
 * @throws {InvalidDefinitionError}
 */
export function checkTask({ definition, params, results }: TaskDefinition): void {
  const steps = Object.entries(definition.steps);
  checkVersion(definition.version);
  checkWritten(Object.keys(results), steps);
  const volumes = ['tmp', 'home', ...(definition.volumes ?? []).map(({ name }) => String(written(name)))];
  for (const [index, [name, step]] of steps.entries()) {
    within(`step ${name}`, () => {
      checkTaken(Object.keys(params), step);
      checkMounts(volumes, step);
      checkReads(Object.keys(definition.workspaces ?? {}), step);
      checkEarlierSteps(new Map(steps.slice(0, index)), step);
      for (const field of ['command', 'args', 'env'] as const) {
        if (field in step) refuseExpansion(field, Object.entries(step).find(([key]) => key === field)?.[1]);
      }
    });
  }
}

function checkWritten(
  results: readonly string[],
  steps: readonly (readonly [string, StepFields<Schemas>])[],
) {
  for (const [name, { writes = [] }] of steps) {
    const unknown = writes.find((result) => !results.includes(result));
    if (unknown === undefined) continue;
    throw new InvalidDefinitionError(`step ${name}`, `it writes ${unknown}, which is no result of the task`, {
      known: results,
    });
  }
  const writes = new Set(steps.flatMap(([, step]) => step.writes ?? []));
  const unwritten = results.find((result) => !writes.has(result));
  if (unwritten === undefined) return;
  throw new InvalidDefinitionError(`result ${unwritten}`, 'no step writes it', {
    hint: `add it to the \`writes\` of the step that does`,
  });
}

function checkTaken(params: readonly string[], step: StepFields<Schemas>): void {
  const takes = 'takes' in step ? (step.takes ?? []) : [];
  const unknown = takes.find((name) => !params.includes(name));
  if (unknown === undefined) return;
  throw new InvalidDefinitionError(`takes ${unknown}`, 'the task has no such param', { known: params });
}

function checkMounts(volumes: readonly string[], { volumeMounts = [] }: StepFields<Schemas>): void {
  const names = written<readonly { readonly name: string }[]>(volumeMounts).map(({ name }) => name);
  const unknown = names.find((name) => !volumes.includes(name) && !name.includes('$('));
  if (unknown === undefined) return;
  throw new InvalidDefinitionError(`volume mount ${unknown}`, 'the task has no such volume', {
    known: volumes,
  });
}

/** Both come to the step as workspaces do. */
function checkReads(workspaces: readonly string[], step: StepFields<Schemas>): void {
  const reads = 'reads' in step ? Object.keys(step.reads ?? {}) : [];
  const twice = reads.find((name) => workspaces.includes(name));
  if (twice !== undefined) throw new InvalidDefinitionError(`reads ${twice}`, 'a workspace has this name');
}

/** `$(steps.<name>.results.<result>)` and `$(steps.step-<name>.exitCode.path)` of what has run by then. */
function checkEarlierSteps(
  earlier: ReadonlyMap<string, StepFields<Schemas>>,
  step: StepFields<Schemas>,
): void {
  const variables =
    /\$\(steps\.(?:step-(?<exited>[^.)]+)\.exitCode\.path|(?<name>[^.)]+)\.results\.(?<result>[^.)[]+)[^)]*)\)/g;
  for (const text of stringsIn(written(step))) {
    for (const [variable, ...groups] of text.matchAll(variables)) {
      const [exited, name = exited ?? '', result] = groups;
      const other = earlier.get(name);
      if (other === undefined) {
        throw new InvalidDefinitionError(variable, `no step before this one has the name ${name}`, {
          known: [...earlier.keys()],
        });
      }
      const results = resultsOf(other);
      if (result !== undefined && !results.includes(result)) {
        throw new InvalidDefinitionError(variable, `step ${name} has no such result of its own`, {
          known: results,
        });
      }
    }
  }
}

function resultsOf(step: StepFields<Schemas>): readonly string[] {
  if ('action' in step) return Object.keys(step.action.results);
  return 'results' in step ? Object.keys(step.results ?? {}) : [];
}
