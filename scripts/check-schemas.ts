// Checks generated YAML against the CRDs in a directory: check-schemas.ts [--if-present] [SCHEMAS [MANIFESTS]]
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { manifestValidator } from './schemas/manifest-validator.ts';
import { readManifests } from './schemas/read-manifests.ts';

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2).filter((argument) => argument !== '--if-present');
const [schemas = join(root, '../shared/schemas/tekton'), manifests = join(root, 'bundles/rendered')] = args;

if (existsSync(schemas)) {
  checkAll();
} else if (process.argv.includes('--if-present')) {
  console.log(`generated YAML: not checked against the CRDs, there is no ${schemas}`);
} else {
  console.error(`cannot check the generated YAML: there is no ${schemas}`);
  process.exitCode = 1;
}

function checkAll(): void {
  const validate = manifestValidator(schemas);
  let passed = 0;
  let failed = 0;
  for (const file of globSync(join(manifests, '**/*.{yaml,yml}')).sort()) {
    for (const { value, problems: unreadable } of readManifests(readFileSync(file, 'utf8'))) {
      // Roles are Kubernetes' own, and of no CRD.
      if (unreadable.length === 0 && apiVersionOf(value) === 'rbac.authorization.k8s.io/v1') continue;
      const problems = unreadable.length > 0 ? unreadable : validate(value);
      for (const problem of problems) console.error(`${relative(root, file)}: ${problem}`);
      if (problems.length > 0) failed++;
      else passed++;
    }
  }
  console.log(`generated YAML against the CRDs: ${passed} passed, ${failed} failed`);
  // No document at all is a failure too: then this has checked nothing.
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

function apiVersionOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'apiVersion' in value ? value.apiVersion : undefined;
}
