import type { StepAction, StepActionDefinition } from '#lib/tekton';
import { needsOf, page, section } from './page.ts';

/** The reference page of a StepAction, made from its definition alone. */
export function stepActionPage(action: StepActionDefinition, manifest: StepAction): string {
  const { description, params = [], results = [], image, volumeMounts = [] } = manifest.spec ?? {};
  return page([
    `# ${action.name} ${action.version}`,
    '<!-- Generated from step-action.ts by `bootc-catalog generate`. -->',
    description ?? '',
    needsOf(manifest),
    image === undefined ? '' : `A StepAction: a step of any task refers to it. It runs in \`${image}\`.`,
    section('Parameters', ['name', 'type', 'default', 'description'], params),
    section('Results', ['name', 'type', 'description'], results),
    section('Volumes', ['name', 'mountPath', 'readOnly'], volumeMounts),
  ]);
}
