export { buildSteps } from './build-steps.ts';
export {
  type BundleStepsOptions,
  type Bundles,
  bundleSteps,
  NODE_FLAG,
  type StepSource,
} from './bundle-steps.ts';
export { thirdPartyNotices, thirdPartyPackages } from './third-party-notices.ts';
