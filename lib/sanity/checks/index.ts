import { lints } from '../bootc/lints.ts';
import type { Check } from '../check-definition.ts';
import { composeRepos } from './compose-repos.ts';
import { bootVarEmpty, osRelease, osReleaseAgreement } from './contents.ts';
import { kernelAgreement, kernelForm, kernelInitramfs } from './kernel.ts';
import { composeLabel, config, labels, versionAgreement } from './labels.ts';
import { packageAgreement, packagesInCompose } from './packages.ts';
import { architecture, platforms } from './platforms.ts';
import { readable } from './readable.ts';

/** In the order in which they are told. */
export const checks: readonly Check[] = [
  platforms,
  readable,
  architecture,
  labels,
  versionAgreement,
  composeLabel,
  config,
  kernelInitramfs,
  kernelForm,
  kernelAgreement,
  osRelease,
  osReleaseAgreement,
  bootVarEmpty,
  composeRepos,
  packagesInCompose,
  packageAgreement,
  ...lints,
];
