import * as z from 'zod';
import { parseImageName } from '../image-name.ts';
import { type Question, REDHAT, type Rule } from '../rule.ts';
import type { AttestedTask, Statement } from '../statement.ts';
import { buildTasks, referenceOf, resultOf, taskName, tasksOf, textsOf } from '../tasks.ts';
import { distrustOf, futureDenials, hasTrustRules, isTrusted, TrustRules } from '../trust.ts';
import { artifactInputs, artifactOutputs, chainOf, usesArtifacts } from './artifact-chain.ts';
import { provided } from './provided.ts';

const ARTIFACT_PARAM = '_ARTIFACT';
const DIGEST = /sha256:[0-9a-f]{64}/g;

/** policy/release/trusted_task */
export const trustedTask: readonly Rule[] = [
  {
    name: 'trusted_task.tagged',
    collections: REDHAT,
    warns: true,
    find: ({ statements }) =>
      statements
        .flatMap(tasksOf)
        .filter((task) => referenceOf(task).bundle !== undefined && !referenceOf(task).isTagged)
        .map((task) => ({
          message: `Pipeline task "${task.name}" uses an untagged task reference, ${told(task)}`,
          term: taskName(task),
        })),
  },
  {
    name: 'trusted_task.pinned',
    collections: REDHAT,
    warns: true,
    find: ({ statements }) =>
      statements
        .flatMap(tasksOf)
        .filter((task) => referenceOf(task).pin === undefined)
        .map((task) => ({
          message: `Pipeline task "${task.name}" uses an unpinned task reference, ${told(task)}`,
          term: taskName(task),
        })),
  },
  {
    name: 'trusted_task.future_deny_rule',
    collections: REDHAT,
    warns: true,
    find: (question) =>
      question.statements.flatMap(tasksOf).flatMap((task) =>
        futureDenials(task, question).map(({ pattern, effective_on: from }) => ({
          message: `Pipeline task "${task.name}" will be denied by ${pattern} from ${from} on`,
          term: taskName(task),
        })),
      ),
  },
  {
    name: 'trusted_task.trusted',
    collections: REDHAT,
    find: (question) =>
      hasTrustRules(question)
        ? question.statements.flatMap((statement) =>
            tasksToTrust(statement, question.statements).flatMap((task) => {
              const reason = distrustOf(task, question);
              if (reason === undefined) return [];
              const message = `Pipeline task "${task.name}" is of an untrusted task, ${told(task)}: ${reason}`;
              return [{ message, term: taskName(task) }];
            }),
          )
        : [],
  },
  {
    name: 'trusted_task.trusted_parameters',
    collections: REDHAT,
    find: (question) => {
      if (!hasTrustRules(question)) return [];
      const known = trustedDigests(question);
      return question.statements.flatMap(buildTasks).flatMap((task) =>
        Object.entries(task.invocation.parameters ?? {})
          .filter(([name]) => !name.endsWith(ARTIFACT_PARAM))
          .flatMap(([name, value]) =>
            [...digestsIn(textsOf(value))]
              .filter((digest) => !known.has(digest))
              .map(
                (digest) =>
                  `The "${name}" parameter of the "${task.name}" PipelineTask includes an untrusted digest: ${digest}`,
              ),
          ),
      );
    },
  },
  {
    name: 'trusted_task.valid_trusted_artifact_inputs',
    collections: REDHAT,
    find: ({ statements }) =>
      statements.flatMap((statement) => {
        const made = tasksOf(statement).flatMap(artifactOutputs);
        return tasksOf(statement).flatMap((task) =>
          artifactInputs(task)
            .filter((input) => !made.includes(input))
            .map((term) => ({
              message: `No task of the pipeline has produced the artifact ${term}, which "${task.name}" takes`,
              term,
            })),
        );
      }),
  },
  {
    name: 'trusted_task.data',
    collections: REDHAT,
    find: (question) =>
      hasTrustRules(question)
        ? []
        : ['there are no trusted_task_rules, or trusted_task_rules_enabled is not true'],
  },
  provided('trusted_task.data_format', {
    trusted_task_rules: z.union([TrustRules, z.array(z.never())]),
    trusted_task_rules_enabled: z.boolean(),
  }),
];

/** With artifacts the tasks by which an image or a test's result came about; else all. */
function tasksToTrust(statement: Statement, all: readonly Statement[]): readonly AttestedTask[] {
  if (!all.some(usesArtifacts)) return tasksOf(statement);
  const tested = tasksOf(statement).filter((task) => (resultOf(task, 'TEST_OUTPUT') ?? '') !== '');
  const chain = chainOf(statement, [...buildTasks(statement), ...tested]);
  return tasksOf(statement).filter(({ name }) => chain.has(name));
}

/** Digests that trusted builds of this run say, in any result. */
function trustedDigests(question: Question): ReadonlySet<string> {
  const builders = question.statements.flatMap(buildTasks).filter((task) => isTrusted(task, question));
  const built = builders.flatMap(({ results }) => (results ?? []).flatMap(({ value }) => textsOf(value)));
  const runners = question.statements
    .flatMap(tasksOf)
    .filter((task) => taskName(task) === 'run-script-oci-ta' && isTrusted(task, question))
    .flatMap((task) => resultOf(task, 'SCRIPT_RUNNER_IMAGE_REFERENCE') ?? []);
  const own = parseImageName(question.evidence.image)?.digest ?? '';
  return new Set([...digestsIn([...built, ...runners]), own]);
}

function digestsIn(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => text.match(DIGEST) ?? []));
}

function told(task: AttestedTask): string {
  const { key, pin = '' } = referenceOf(task);
  return `${key}@${pin}`;
}
