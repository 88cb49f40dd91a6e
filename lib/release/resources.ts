import * as z from 'zod';

const API = { group: 'appstudio.redhat.com', version: 'v1alpha1' } as const;

/** The custom resources of a release, and where a cluster has them (CRDs of konflux-ci). */
export const resourceTypes = {
  Release: { ...API, kind: 'Release', plural: 'releases' },
  ReleasePlan: { ...API, kind: 'ReleasePlan', plural: 'releaseplans' },
  ReleasePlanAdmission: { ...API, kind: 'ReleasePlanAdmission', plural: 'releaseplanadmissions' },
  ReleaseServiceConfig: { ...API, kind: 'ReleaseServiceConfig', plural: 'releaseserviceconfigs' },
  Snapshot: { ...API, kind: 'Snapshot', plural: 'snapshots' },
  InternalRequest: { ...API, kind: 'InternalRequest', plural: 'internalrequests' },
} as const;
export type ReleaseKind = keyof typeof resourceTypes;

const Metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).nullish(),
});
const Data = z.record(z.string(), z.unknown()).nullish();
const Collected = z.record(z.string(), Data).nullish();

const PipelineRef = z.looseObject({
  resolver: z.string().optional(),
  params: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
});
const Pipeline = z.looseObject({ pipelineRef: PipelineRef.nullish() }).nullish();

/** Custom resources as far as a release reads them; what else is in them is kept. */
export const Release = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({ data: Data }),
  status: z
    .looseObject({ collectors: z.looseObject({ managed: Collected, tenant: Collected }).nullish() })
    .nullish(),
});
export const ReleasePlan = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({
    application: z.string().optional(),
    componentGroup: z.string().optional(),
    data: Data,
    tenantPipeline: Pipeline,
  }),
});
export const ReleasePlanAdmission = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({
    applications: z.array(z.string()).nullish(),
    data: Data,
    pipeline: Pipeline,
  }),
});
export const ReleaseServiceConfig = z.looseObject({ metadata: Metadata });

const SnapshotComponent = z.looseObject({ name: z.string().min(1), containerImage: z.string() });
/** `spec` of a Snapshot, also in the file that the tasks hand on. */
export const SnapshotSpec = z.looseObject({
  application: z.string().nullish(),
  componentGroup: z.string().nullish(),
  components: z.array(SnapshotComponent).default([]),
});
export const Snapshot = z.looseObject({ metadata: Metadata, spec: SnapshotSpec });

export type Release = z.output<typeof Release>;
export type ReleasePlan = z.output<typeof ReleasePlan>;
export type ReleasePlanAdmission = z.output<typeof ReleasePlanAdmission>;
export type Snapshot = z.output<typeof Snapshot>;
export type SnapshotSpec = z.output<typeof SnapshotSpec>;
