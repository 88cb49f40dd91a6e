import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ManifestValidator, manifestValidator } from '../../../scripts/schemas/manifest-validator.ts';

const API = 'appstudio.redhat.com/v1alpha1';
const SCHEMAS = join(import.meta.dirname, '../../../../shared/schemas/konflux');

/** What a resource has beside its data, by the least that its CRD takes. */
const SPECS = {
  Release: { releasePlan: 'plan', snapshot: 'snap' },
  ReleasePlan: { application: 'app' },
  ReleasePlanAdmission: { applications: ['app'], origin: 'tenant', policy: 'policy' },
  ReleaseServiceConfig: {},
} as const;

/** A Snapshot of application `app`, as an object that can be written to a file. */
export function snapshotObject(images: Readonly<Record<string, string>>, metadata: object = {}) {
  const components = Object.entries(images).map(([name, containerImage]) => ({ name, containerImage }));
  return valid({
    apiVersion: API,
    kind: 'Snapshot',
    metadata: { name: 'snap', namespace: 'tenant', ...metadata },
    spec: { application: 'app', components },
  });
}

/** A resource with data: the ReleasePlan of that application, or another kind. */
export function dataObject(data: object, kind: keyof typeof SPECS = 'ReleasePlan', more: object = {}) {
  return valid({
    apiVersion: API,
    kind,
    metadata: { name: 'plan', namespace: 'tenant' },
    spec: { ...SPECS[kind], data },
    ...more,
  });
}

let validate: ManifestValidator | undefined;

/**
 * An object as it is given, where a cluster with Konflux' CRDs would take it; without ../shared nobody knows.
 *
 * @throws {Error} with the problems of one that it would not take
 */
export function valid<T extends { readonly kind: string }>(object: T): T {
  // No CRD of a ReleaseServiceConfig is at hand.
  if (object.kind === 'ReleaseServiceConfig' || !existsSync(SCHEMAS)) return object;
  validate ??= manifestValidator(SCHEMAS);
  const problems = validate(object);
  if (problems.length > 0) throw new Error(`${object.kind} of a test: ${problems.join('; ')}`);
  return object;
}
