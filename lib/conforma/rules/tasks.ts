import { BOTH, type Finding, type Question, REDHAT, type Rule } from '../rule.ts';
import type { RequiredEntry } from '../rule-data.ts';
import type { AttestedTask, Statement } from '../statement.ts';
import { buildTasks, paramOf, referenceOf, taskName, tasksOf } from '../tasks.ts';
import { isTrusted } from '../trust.ts';

const EXPIRES_ON = 'build.appstudio.redhat.com/expires-on';
const EXPIRY_MESSAGE = 'build.appstudio.redhat.com/expiry-message';
const BUILD_TYPE = 'build.appstudio.redhat.com/build_type';
const RUNTIME = 'pipelines.openshift.io/runtime';

/** A task that is required, or several of which one is. */
type Required = string | readonly string[];

/** policy/release/tasks */
export const tasks: readonly Rule[] = [
  {
    name: 'tasks.pipeline_required_tasks_list_provided',
    collections: REDHAT,
    warns: true,
    find: (question) => (listsFor(question).length === 0 ? ['Required tasks do not exist for pipeline'] : []),
  },
  {
    name: 'tasks.future_required_tasks_found',
    collections: REDHAT,
    warns: true,
    find: (question) => {
      const now = requiredBy(question, question.now).map((one) => JSON.stringify(one));
      return missing(question, requiredBy(question))
        .filter((required) => !now.includes(JSON.stringify(required)))
        .map((required) => finding(required, 'is missing and will be required'));
    },
  },
  {
    name: 'tasks.pipeline_has_tasks',
    collections: BOTH,
    find: ({ statements }) =>
      statements
        .filter((statement) => tasksOf(statement).length === 0)
        .map(() => 'No tasks found in PipelineRun attestation'),
  },
  {
    name: 'tasks.successful_pipeline_tasks',
    collections: BOTH,
    find: ({ statements }) =>
      statements
        .flatMap(tasksOf)
        .filter(({ status }) => status !== 'Succeeded')
        .map(({ name, status = 'MISSING' }) => ({
          message: `Pipeline task "${name}" did not complete successfully, "${status}"`,
          term: name,
        })),
  },
  {
    name: 'tasks.required_tasks_found',
    collections: REDHAT,
    find: (question) => {
      const later = requiredBy(question).map((one) => JSON.stringify(one));
      return missing(question, requiredBy(question, question.now))
        .filter((required) => later.includes(JSON.stringify(required)))
        .map((required) => finding(required, 'is missing'));
    },
  },
  {
    name: 'tasks.required_untrusted_task_found',
    collections: REDHAT,
    find: (question) => {
      const required = requiredBy(question, question.now).flat();
      return question.statements
        .flatMap(tasksOf)
        .filter((task) => !isTrusted(task, question))
        .flatMap(namesOf)
        .filter((name) => required.includes(name))
        .map((term) => ({
          message: `Required task "${term}" is required and present but not from a trusted task`,
          term,
        }));
    },
  },
  {
    name: 'tasks.required_tasks_list_provided',
    collections: REDHAT,
    find: (question) =>
      question.data.requiredTasks['required-tasks'].length === 0 && listsFor(question).length === 0
        ? ['Missing required required-tasks data']
        : [],
  },
  {
    name: 'tasks.pinned_task_refs',
    collections: REDHAT,
    find: ({ statements }) =>
      statements
        .flatMap(tasksOf)
        .filter((task) => referenceOf(task).pin === undefined)
        .map((task) => ({
          message: `Task ${taskName(task)} is used by pipeline task ${task.name} via an unpinned reference.`,
          term: taskName(task),
        })),
  },
  {
    name: 'tasks.unsupported',
    collections: REDHAT,
    find: ({ statements }) =>
      statements.flatMap(tasksOf).flatMap((task): readonly Finding[] => {
        const annotations = task.invocation.environment?.annotations ?? {};
        const effectiveOn = annotations[EXPIRES_ON];
        if (effectiveOn === undefined) return [];
        const message = `Task ${taskName(task)} is used by pipeline task ${task.name} is or will be unsupported as of ${effectiveOn}. ${annotations[EXPIRY_MESSAGE] ?? 'Upgrade to a newer version of the Task.'}`;
        return [{ message, term: taskName(task), effectiveOn }];
      }),
  },
];

function finding(term: Required, said: string): Finding {
  if (typeof term === 'string') return { message: `Task "${term}" ${said}`, term };
  return { message: `One of "${term.join('", "')}" tasks ${said}`, term };
}

function missing({ statements }: Question, required: readonly Required[]): readonly Required[] {
  return statements.flatMap((statement) => {
    const there = new Set(tasksOf(statement).flatMap(namesOf));
    if (there.size === 0) return [];
    return required.filter((one) => ![one].flat().some((name) => there.has(name)));
  });
}

/** A task's name alone, and with each of its params: `name[param=value]`. */
function namesOf(task: AttestedTask): readonly string[] {
  const name = taskName(task).split('[')[0] ?? '';
  const params = Object.keys(task.invocation.parameters ?? {}).map((param) => {
    const value = paramOf(task, param);
    return `${name}[${param}=${typeof value === 'string' ? value : JSON.stringify(value)}]`;
  });
  return [name, ...params];
}

/** Lists for the types of what was built, else for the runtime of the pipeline (lib/tekton/pipeline.rego). */
function listsFor({ statements, data }: Question): readonly (readonly RequiredEntry[])[] {
  return statements
    .filter((statement) => tasksOf(statement).length > 0)
    .flatMap((statement) => selectorsOf(statement))
    .map((selector) => data.requiredTasks['pipeline-required-tasks'][selector] ?? [])
    .filter((list) => list.length > 0);
}

function selectorsOf(statement: Statement): readonly string[] {
  const types = buildTasks(statement).flatMap(
    ({ invocation }) => invocation.environment?.labels?.[BUILD_TYPE] ?? [],
  );
  if (types.length > 0) return [...new Set(types)];
  return [statement.predicate.invocation?.environment?.labels?.[RUNTIME] ?? []].flat();
}

/** What is required at a time, or by the newest entries; the list of all builds where there is none of its own. */
function requiredBy(question: Question, at?: Date): readonly Required[] {
  const lists = listsFor(question);
  const all = lists.length > 0 ? lists : [question.data.requiredTasks['required-tasks']];
  const chosen = all.flatMap((entries) => {
    const counts = entries.filter(
      ({ effective_on: from }) => at === undefined || Date.parse(from) <= at.getTime(),
    );
    return counts.toSorted((a, b) => Date.parse(b.effective_on) - Date.parse(a.effective_on))[0]?.tasks ?? [];
  });
  const sorted = chosen.map((one) => (typeof one === 'string' ? one : one.toSorted()));
  return [...new Map(sorted.map((one) => [JSON.stringify(one), one])).values()];
}
