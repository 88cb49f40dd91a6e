import type { Check } from '../check-definition.ts';
import {
  bootVarEmpty,
  composeRepos,
  osRelease,
  osReleaseAgreement,
  packageAgreement,
  packagesInCompose,
} from './contents.ts';
import { kernelAgreement, kernelInitramfs } from './kernel.ts';
import { composeLabel, config, labels, versionAgreement } from './labels.ts';
import { lints } from './lints.ts';
import { architecture, platforms } from './platforms.ts';

/** In the order in which they are told. */
export const checks: readonly Check[] = [
  platforms,
  architecture,
  labels,
  versionAgreement,
  composeLabel,
  config,
  kernelInitramfs,
  kernelAgreement,
  osRelease,
  osReleaseAgreement,
  bootVarEmpty,
  composeRepos,
  packagesInCompose,
  packageAgreement,
  ...lints,
];
