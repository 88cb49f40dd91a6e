import { lints } from '../bootc/lints.ts';
import type { Check } from '../check-definition.ts';
import { boundImages } from './bound-images.ts';
import { composeRepos } from './compose-repos.ts';
import { bootVarEmpty, osRelease, osReleaseAgreement } from './contents.ts';
import { kernelAgreement, kernelForm, kernelInitramfs } from './kernel.ts';
import { composeLabel, config, labels, ostreeLayers, versionAgreement } from './labels.ts';
import { packageAgreement, packagesInCompose } from './packages.ts';
import { architecture, platforms } from './platforms.ts';
import { readable } from './readable.ts';
import { rootLayout } from './root-layout.ts';

/** In the order in which they are told. */
export const checks: readonly Check[] = [
  platforms,
  readable,
  architecture,
  labels,
  versionAgreement,
  composeLabel,
  config,
  ostreeLayers,
  rootLayout,
  kernelInitramfs,
  kernelForm,
  kernelAgreement,
  osRelease,
  osReleaseAgreement,
  bootVarEmpty,
  boundImages,
  composeRepos,
  packagesInCompose,
  packageAgreement,
  ...lints,
];
