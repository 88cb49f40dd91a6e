import * as z from 'zod';
import { jsonOf } from '#lib/text';
import { parseImageName } from '../image-name.ts';
import { type Question, REDHAT, type Rule } from '../rule.ts';
import { textsIn } from '../rule-data.ts';
import { resultOf, taskName, tasksOf } from '../tasks.ts';
import { provided, Texts } from './provided.ts';

/** What test tasks write into TEST_OUTPUT. */
const Output = z.looseObject({
  result: z.string().optional(),
  failures: z.number().optional(),
  warnings: z.number().optional(),
});
const Processed = z.looseObject({ image: z.looseObject({ digests: z.array(z.string()) }) });
const Verdicts = z.array(z.enum(['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED', 'ERROR']));

/** policy/release/test */
export const tests: readonly Rule[] = [
  {
    name: 'test.no_failed_informative_tests',
    collections: REDHAT,
    warns: true,
    find: (question) =>
      ended(question, 'failed_tests_results', 'failures')
        .filter((name) => isInformative(question, name))
        .map((term) => ({ message: `The Task "${term}" reports a failed informative test`, term })),
  },
  {
    name: 'test.no_test_warnings',
    collections: REDHAT,
    warns: true,
    find: (question) =>
      ended(question, 'warned_tests_results', 'warnings').map((term) => ({
        message: `The Task "${term}" reports a test contains warnings`,
        term,
      })),
  },
  {
    name: 'test.test_data_found',
    collections: REDHAT,
    find: (question) =>
      question.statements.length > 0 && outputs(question).length === 0 ? ['No test data found'] : [],
  },
  {
    name: 'test.test_results_found',
    collections: REDHAT,
    find: (question) =>
      outputs(question).some(({ output }) => output.result === undefined)
        ? ['Found tests without results']
        : [],
  },
  {
    name: 'test.test_results_known',
    collections: REDHAT,
    find: (question) =>
      outputs(question)
        .filter(({ output: { result } }) => {
          const supported = textsIn(question.data.get('supported_tests_results'));
          return result !== undefined && !supported.includes(result);
        })
        .map(({ name, output }) => ({
          message: `The Task "${name}" has an unsupported test result "${output.result}"`,
          term: name,
        })),
  },
  {
    name: 'test.no_failed_tests',
    collections: REDHAT,
    find: (question) =>
      ended(question, 'failed_tests_results', 'failures')
        .filter((name) => !isInformative(question, name))
        .map((term) => ({ message: `The Task "${term}" reports a failed test`, term })),
  },
  {
    name: 'test.no_erred_tests',
    collections: REDHAT,
    find: (question) =>
      ended(question, 'erred_tests_results').map((term) => ({
        message: `The Task "${term}" reports a test erred`,
        term,
      })),
  },
  {
    name: 'test.no_skipped_tests',
    collections: REDHAT,
    find: (question) =>
      ended(question, 'skipped_tests_results').map((term) => ({
        message: `The Task "${term}" reports a test was skipped`,
        term,
      })),
  },
  provided('test.rule_data_provided', {
    supported_tests_results: Verdicts,
    failed_tests_results: Verdicts,
    erred_tests_results: Verdicts,
    skipped_tests_results: Verdicts,
    warned_tests_results: Verdicts,
    informative_tests: Texts,
  }),
  {
    name: 'test.test_all_images',
    collections: REDHAT,
    find: (question) => {
      const digest = parseImageName(question.evidence.image)?.digest ?? '';
      return [...processed(question)]
        .filter(([, digests]) => !digests.includes(digest))
        .map(([term]) => ({
          message: `Test '${term}' did not process image with digest '${digest}'.`,
          term,
        }));
    },
  },
];

function outputs({
  statements,
}: Question): readonly { readonly name: string; readonly output: z.infer<typeof Output> }[] {
  return statements.flatMap(tasksOf).flatMap((task) => {
    const text = resultOf(task, 'TEST_OUTPUT');
    if (text === undefined) return [];
    return [{ name: taskName(task), output: Output.safeParse(jsonOf(text)).data ?? {} }];
  });
}

/** Names of tasks that say one of the results, or a count over 0, whatever the result is. */
function ended(question: Question, key: string, count?: 'failures' | 'warnings'): readonly string[] {
  const results = textsIn(question.data.get(key));
  const names = outputs(question)
    .filter(
      ({ output }) =>
        (output.result !== undefined && results.includes(output.result)) ||
        (count !== undefined && (output[count] ?? 0) > 0),
    )
    .map(({ name }) => name);
  return [...new Set(names)];
}

function isInformative({ data }: Question, name: string): boolean {
  return textsIn(data.get('informative_tests')).includes(name);
}

/** Digests that tasks of a name have looked at, all runs of a matrix together. */
function processed({ statements }: Question): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (const task of statements.flatMap(tasksOf)) {
    const text = resultOf(task, 'IMAGES_PROCESSED');
    if (text === undefined) continue;
    const digests = Processed.safeParse(jsonOf(text)).data?.image.digests ?? [];
    all.set(taskName(task), [...(all.get(taskName(task)) ?? []), ...digests]);
  }
  return all;
}
