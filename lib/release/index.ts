export {
  type DataSource,
  dataSources,
  mergeData,
  type Resources,
  refuseAdmissionKeys,
  snapshotSpecOf,
} from './collect.ts';
export { checkDocument, parseDocument, placeOf } from './document.ts';
export { InvalidReleaseError } from './errors.ts';
export { releaseFileNames } from './file-names.ts';
export { Companions, type MappedComponent, MappedSnapshot } from './mapped-snapshot.ts';
export { deepMerge, isMap, type Json, type JsonMap, sameJson } from './merge.ts';
export {
  internalRequestPermission,
  neededPermissions,
  type ReleaseObjects,
  type ReleasePermission,
  statusPermission,
} from './permissions.ts';
export { type PipelineMetadata, pipelineMetadata } from './pipeline-metadata.ts';
export { isPublic, makesPublic, PublicData } from './public.ts';
export {
  Release,
  type ReleaseKind,
  ReleasePlan,
  ReleasePlanAdmission,
  ReleaseServiceConfig,
  resourceTypes,
  Snapshot,
  SnapshotSpec,
} from './resources.ts';
export { mergeResults } from './results.ts';
