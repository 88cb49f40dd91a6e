// Checks generated YAML and the examples against the CRDs of Tekton and Konflux: check-schemas.ts [--if-present]
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { manifestValidator } from './schemas/manifest-validator.ts';
import { readManifests } from './schemas/read-manifests.ts';

const root = join(import.meta.dirname, '..');
const schemas = ['tekton', 'konflux'].map((name) => join(root, '../shared/schemas', name));
const missing = schemas.filter((directory) => !existsSync(directory));
/** ServiceAccounts and Roles are Kubernetes' own, and of no CRD. */
const OF_KUBERNETES: readonly unknown[] = ['v1', 'rbac.authorization.k8s.io/v1'];

if (missing.length === 0) {
  checkAll();
} else if (process.argv.includes('--if-present')) {
  console.log(`YAML: not checked against the CRDs, there is no ${missing.join(', no ')}`);
} else {
  console.error(`cannot check the YAML: there is no ${missing.join(', no ')}`);
  process.exitCode = 1;
}

function checkAll(): void {
  const validate = manifestValidator(...schemas);
  let passed = 0;
  let failed = 0;
  const files = ['bundles/rendered', 'pipelines/examples'].flatMap((folder) =>
    globSync(join(root, folder, '**/*.{yaml,yml}')).sort(),
  );
  for (const file of files) {
    for (const { value, problems: unreadable } of readManifests(readFileSync(file, 'utf8'))) {
      if (unreadable.length === 0 && OF_KUBERNETES.includes(apiVersionOf(value))) continue;
      const problems = unreadable.length > 0 ? unreadable : validate(value);
      for (const problem of problems) console.error(`${relative(root, file)}: ${problem}`);
      if (problems.length > 0) failed++;
      else passed++;
    }
  }
  console.log(`YAML against the CRDs: ${passed} passed, ${failed} failed`);
  // No document at all is a failure too: then this has checked nothing.
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

function apiVersionOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'apiVersion' in value ? value.apiVersion : undefined;
}
