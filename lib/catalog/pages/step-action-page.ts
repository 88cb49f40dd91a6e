import type { StepAction, StepActionDefinition } from '#lib/tekton';
import { bundleName } from '../published.ts';
import { needsOf, page, paramColumns, paramRow, resultRow, rowsOf, section } from './page.ts';
import { stepActionSnippet } from './snippet.ts';
import type { PageCatalog } from './task-page.ts';

/** The reference page of a StepAction, made from its definition alone. */
export function stepActionPage(
  action: StepActionDefinition,
  manifest: StepAction,
  catalog: PageCatalog = {},
): string {
  const { description, image, volumeMounts = [] } = manifest.spec ?? {};
  const bundle = bundleName('stepaction', action, catalog);
  return page([
    `# ${action.name} ${action.version}`,
    '<!-- Generated from step-action.ts by `bootc-catalog generate`. -->',
    description ?? '',
    needsOf(manifest),
    image === undefined ? '' : `A StepAction: a step of any task refers to it. It runs in \`${image}\`.`,
    bundle === undefined ? '' : stepActionSnippet(action, bundle),
    section('Parameters', paramColumns, rowsOf(action.params, paramRow)),
    section('Results', ['name', 'type', 'description'], rowsOf(action.results, resultRow)),
    section('Volumes', ['name', 'mountPath', 'readOnly'], volumeMounts),
  ]);
}
