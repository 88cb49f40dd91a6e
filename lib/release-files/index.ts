export {
  createDataStep,
  dataParams,
  dataStep,
  dataVolumes,
  dataWorkspaces,
  firstDataParams,
  SourceDataArtifact,
  useDataStep,
} from './definition.ts';
export { type ReleaseFiles, releaseFiles } from './files.ts';
export { type DataContext, dataPlace } from './place.ts';
export { createReleaseFiles, useReleaseFiles } from './travel.ts';
