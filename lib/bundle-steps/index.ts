export { buildSteps } from './build-steps.ts';
export { type BundleStepsOptions, type Bundles, bundleSteps, type StepSource } from './bundle-steps.ts';
export { thirdPartyNotices, thirdPartyPackages } from './third-party-notices.ts';
