export {
  type DataSource,
  dataSources,
  isSingleComponentMode,
  mergeData,
  type Resources,
  refuseAdmissionKeys,
  snapshotSpecOf,
} from './collect.ts';
export { checkData, dataProblems, parseSystems, unknownKeys } from './data/check-data.ts';
export { checkDocument, parseDocument, placeOf } from './document.ts';
export { InvalidReleaseError } from './errors.ts';
export { textOfValue, valueAt } from './extract.ts';
export { releaseFileNames } from './file-names.ts';
export { Companions, type MappedComponent, MappedSnapshot } from './mapped-snapshot.ts';
export { applyMapping, type Mapped, type RegistryFacts } from './mapping/apply-mapping.ts';
export type { ImageFacts, PlatformFacts } from './mapping/facts.ts';
export { Mapping, MappingData } from './mapping/mapping.ts';
export { registryFacts } from './mapping/registry-facts.ts';
export { mappingTable, refuseIncomplete } from './mapping/report.ts';
export { strftime } from './mapping/strftime.ts';
export { deepMerge, isMap, type Json, type JsonMap, sameJson } from './merge.ts';
export {
  internalRequestPermission,
  neededPermissions,
  type ReleaseObjects,
  type ReleasePermission,
  statusPermission,
} from './permissions.ts';
export { type PipelineMetadata, pipelineMetadata } from './pipeline-metadata.ts';
export { choosePolicy, NO_POLICY, PolicyData } from './policy.ts';
export { type PromotionChoices, PushData, promotionsOf } from './promotions.ts';
export { asksForPublic, isPublic } from './public.ts';
export { movesBack, type PushedMove, PushResults, pushResults } from './push-results.ts';
export { builtComponent, type Reduced, reduceSnapshot } from './reduce.ts';
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
export { mergeResults, type ResultsFile } from './results.ts';
export { type Role, type RoleRule, releaseRoles } from './roles.ts';
export { SanityChoice, SanityComponent, SanityData } from './sanity-choices.ts';
