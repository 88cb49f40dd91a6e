import { type KnownObjects, type Problem, type StepAction, type Task, validate } from '#lib/tekton/objects';
import { webhookFlags } from '../model/feature-flags.ts';
import { celProblem } from '../variables/when.ts';
import { isTekton } from './checked.ts';
import type { RunChoice } from './choose-run.ts';
import type { LoadedObject } from './load.ts';
import { describe, placed, refuseAll } from './problems.ts';
import { asV1 } from './v1beta1.ts';

/**
 * Everything that the webhooks of Tekton would say against objects that were given, before any of them is used. What
 * a run is given on the command line is looked at when it is known.
 *
 * @param over flags over those of a ConfigMap `feature-flags` among the objects
 * @throws {InvalidRunError} with all problems and their places
 */
export function checkGiven(
  loaded: readonly LoadedObject[],
  over: Readonly<Record<string, string>> = {},
): void {
  const ours = loaded.filter(({ object }) => isTekton(object));
  const known = knownAmong(ours);
  const config = loaded.find(({ object }) => describe(object) === 'ConfigMap feature-flags')?.object.data;
  const flags = { ...(config as Readonly<Record<string, string>> | undefined), ...over };
  refuseAll(placed(ours.map((one) => ({ one, problems: problemsOf(one.object, flags, known) }))));
}

/**
 * The objects without runs that are not meant: that one of these is not valid hinders nothing. All of them where none
 * is meant.
 */
export function withoutOthers(
  loaded: readonly LoadedObject[],
  { run, pipeline, task }: RunChoice,
): readonly LoadedObject[] {
  if (pipeline !== undefined || task !== undefined) return loaded.filter(({ object }) => !isRun(object));
  if (run === undefined) return loaded;
  const isMeant = ({ metadata }: LoadedObject['object']) => {
    const { name, generateName } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
    return (name ?? generateName) === run;
  };
  const meant = loaded.filter(({ object }) => !isRun(object) || isMeant(object));
  return meant.some(({ object }) => isRun(object)) ? meant : loaded;
}

function isRun({ kind }: Readonly<Record<string, unknown>>): boolean {
  return kind === 'PipelineRun' || kind === 'TaskRun';
}

/** What is not sure until a run starts is looked at then. */
function problemsOf(
  object: LoadedObject['object'],
  flags: Readonly<Record<string, string>>,
  known: KnownObjects,
): readonly Problem[] {
  if (!KINDS.has(String(object.kind))) return [];
  const on = webhookFlags(flags);
  return validate(asV1(object), { ...known, lenient: true, cel: celProblem, isStarting: false, flags: on });
}

/** What a reference by name leads to among them. */
function knownAmong(loaded: readonly LoadedObject[]): KnownObjects {
  const byTitle = new Map(loaded.map(({ object }) => [describe(object), asV1(object)]));
  const find = <T>(
    kind: string,
    { name = '', resolver }: { name?: string | undefined; resolver?: string | undefined },
  ) => (resolver === undefined ? (byTitle.get(`${kind} ${name}`) as T | undefined) : undefined);
  return {
    tasks: (ref) => find<Task>('Task', ref),
    stepActions: (ref) => find<StepAction>('StepAction', ref),
  };
}

const KINDS = new Set(['Task', 'Pipeline', 'StepAction', 'PipelineRun', 'TaskRun']);
