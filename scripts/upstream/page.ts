import { type PipelineDefinition, parseGitSource } from '#lib/tekton';
import type { MeantDifference } from '../../bundles/meant-differences.ts';

/** Below the root. */
export const PAGE = 'docs/from-upstream.md';

/** A pipeline that takes the place of upstream's, and what differs in it. */
export interface Replaced {
  readonly pipeline: PipelineDefinition;
  readonly differences: readonly MeantDifference[];
  /** Before the names of its marks in the page. */
  readonly marks: '' | 'release ';
}

/**
 * The page with the tasks of each pipeline and the differences that are meant between its marks.
 *
 * @throws {Error} where marks are missing
 */
export function withDifferences(page: string, replaced: readonly Replaced[]): string {
  return replaced.reduce((text, { pipeline, differences, marks }) => {
    const tasks = [
      '| pipeline task | task | whose |',
      '| --- | --- | --- |',
      ...pipeline.tasks.map(({ name, target }) => `| ${name} | ${target.name} | ${whose(target)} |`),
    ];
    const rows = [
      '| of | where | what | why |',
      '| --- | --- | --- | --- |',
      ...differences.map(
        ({ task = 'the pipeline', place, what, why }) =>
          `| ${[task, place, what, why].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
      ),
    ];
    const withTasks = between(text, `${marks}tasks`, tasks.join('\n'));
    return between(withTasks, `${marks}differences`, rows.join('\n'));
  }, page);
}

function whose(target: PipelineDefinition['tasks'][number]['target']): string {
  if (!('generated' in target)) return 'ours';
  const { generated } = target;
  if ('git' in generated) return `upstream's, of commit ${parseGitSource(generated.git)?.revision ?? ''}`;
  const bundle = 'bundle' in generated ? generated.bundle : '';
  const tag = /:(?<tag>[^/@:]+)@/.exec(bundle)?.groups?.tag ?? '';
  return `upstream's ${tag}; interface of ${generated.read.version}`;
}

function between(page: string, name: string, text: string): string {
  const marks = new RegExp(`(<!-- ${name}: [^\\n]* -->\\n)[^]*?(\\n<!-- end of ${name} -->)`);
  if (!marks.test(page)) throw new Error(`${PAGE} has no marks for ${name}`);
  return page.replace(marks, (_, begin: string, end: string) => `${begin}\n${text}\n${end}`);
}
