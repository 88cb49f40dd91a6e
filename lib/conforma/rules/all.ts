import type { Rule } from '../rule.ts';
import { attestationType } from './attestation-type.ts';
import { labels } from './labels.ts';
import { parameters } from './parameters.ts';
import { rpms } from './rpms.ts';
import { sbom } from './sbom.ts';
import { slsaBuild } from './slsa-build.ts';
import { slsaSource } from './slsa-source.ts';
import { sourceImage } from './source-image.ts';
import { spdxForm } from './spdx-form.ts';
import { tasks } from './tasks.ts';
import { tests } from './tests.ts';
import { trustedTask } from './trusted-task.ts';

/** The rules of Conforma's collections that are held here. */
export const rules: readonly Rule[] = [
  ...attestationType,
  ...slsaBuild,
  ...slsaSource,
  ...tasks,
  ...trustedTask,
  ...parameters,
  ...sbom,
  ...spdxForm,
  ...rpms,
  ...labels,
  ...tests,
  ...sourceImage,
];
