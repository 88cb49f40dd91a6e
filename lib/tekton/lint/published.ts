import type { ObjectMeta } from '../objects/api.gen.ts';
import type { FeatureNeeds } from '../rules/feature-flags.ts';
import { type Finding, findIf, finding } from './finding.ts';

/** The resolver keeps an object in the status of a ResolutionRequest, in base64, and etcd takes 1.5 MiB. */
const MOST_BYTES = 1024 * 1024;

const annotations = ['tekton.dev/pipelines.minVersion', 'tekton.dev/displayName'];
/** Artifact Hub shows them. */
const recommended = ['tekton.dev/tags', 'tekton.dev/platforms'];

function missing(rule: string, name: string): Finding {
  return finding(rule, 'metadata.annotations', `there is no annotation ${name}`);
}

/** What a Task, Pipeline or StepAction should say of itself when others use it (catlin; Artifact Hub). */
export function publishedFindings(
  object: {
    readonly metadata?: ObjectMeta | undefined;
    readonly spec?: { readonly description?: string | undefined } | undefined;
  },
  kind: string,
  needs: FeatureNeeds,
): readonly Finding[] {
  const { metadata = {}, spec = {} } = object;
  const bytes = new TextEncoder().encode(JSON.stringify(object)).length;
  return [
    ...findIf(
      (spec.description ?? '') === '',
      'missing-description',
      'spec.description',
      `the ${kind} does not say what it does`,
    ),
    ...findIf(
      metadata.labels?.['app.kubernetes.io/version'] === undefined,
      'missing-label',
      'metadata.labels',
      'there is no label app.kubernetes.io/version',
    ),
    ...annotations
      .filter((name) => kind === 'Task' && metadata.annotations?.[name] === undefined)
      .map((name) => missing('missing-annotation', name)),
    ...recommended
      .filter((name) => kind === 'Task' && metadata.annotations?.[name] === undefined)
      .map((name) => missing('recommended-annotation', name)),
    ...versionFindings(metadata, needs),
    ...findIf(
      bytes > MOST_BYTES,
      'bundle-limits',
      '',
      `${bytes} bytes of JSON are more than a bundle's resolver can hand over (${MOST_BYTES})`,
    ),
  ];
}

function versionFindings(
  { annotations: given = {} }: ObjectMeta,
  { minVersion }: FeatureNeeds,
): readonly Finding[] {
  const said = given['tekton.dev/pipelines.minVersion'];
  return findIf(
    said !== undefined && isOlder(said, minVersion),
    'version-floor',
    'metadata.annotations',
    `it says that it needs Tekton ${said}, and it needs ${minVersion}`,
  );
}

function isOlder(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.replace(/^v/, '').split('.').map(Number));
  const index = [0, 1, 2].find((part) => (a?.[part] ?? 0) !== (b?.[part] ?? 0));
  return index !== undefined && (a?.[index] ?? 0) < (b?.[index] ?? 0);
}
