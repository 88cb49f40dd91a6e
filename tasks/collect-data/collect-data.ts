import { join } from 'node:path';
import type * as z from 'zod';
import { type ApiObject, clusterAccess, parseObjectName, requireResource } from '#lib/kube';
import {
  checkDocument,
  dataSources,
  isMap,
  isSingleComponentMode,
  mergeData,
  releaseFileNames as names,
  pipelineMetadata,
  Release,
  ReleasePlan,
  ReleasePlanAdmission,
  ReleaseServiceConfig,
  resourceTypes,
  Snapshot,
  snapshotSpecOf,
} from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { own, table } from '#lib/text';
import { task } from './task.ts';

export default implement(task.steps['collect-data'], async ({ params, workspaces, log, signal }) => {
  const access = await clusterAccess();
  const files = releaseFiles({ params, workspaces });
  const read = async <S extends z.ZodType>(kind: keyof typeof resourceTypes, param: Param, schema: S) => {
    const where = parseObjectName(params[param], `param ${param}`);
    const object: ApiObject = await requireResource(access, resourceTypes[kind], where, signal);
    return checkDocument(object, schema, `${kind} ${params[param]}`);
  };
  const maybe = async <S extends z.ZodType>(kind: keyof typeof resourceTypes, param: Param, schema: S) =>
    params[param] === '' ? undefined : read(kind, param, schema);

  const release = await read('Release', 'release', Release);
  const releasePlan = await read('ReleasePlan', 'releasePlan', ReleasePlan);
  const releasePlanAdmission = await maybe(
    'ReleasePlanAdmission',
    'releasePlanAdmission',
    ReleasePlanAdmission,
  );
  const releaseServiceConfig = await maybe(
    'ReleaseServiceConfig',
    'releaseServiceConfig',
    ReleaseServiceConfig,
  );
  const snapshot = await read('Snapshot', 'snapshot', Snapshot);
  const resources = { release, releasePlan, releasePlanAdmission };
  const snapshotSpec = snapshotSpecOf(snapshot, resources);
  const sources = dataSources(resources);
  const data = mergeData(sources);
  const singleComponentMode = String(isSingleComponentMode(data));

  const put = (name: keyof typeof names, value: object | undefined) => {
    const path = join(params.subdirectory, names[name]);
    if (value === undefined) return '';
    files.write(path, value);
    return path;
  };
  const paths = {
    release: put('release', release),
    releasePlan: put('releasePlan', releasePlan),
    releasePlanAdmission: put('releasePlanAdmission', releasePlanAdmission),
    releaseServiceConfig: put('releaseServiceConfig', releaseServiceConfig),
    snapshotSpec: put('snapshotSpec', snapshotSpec),
    data: put('data', data),
  };
  const keysOf = (said: unknown) => (isMap(said) ? Object.keys(said).join(' ') : '');
  const rows = sources.map(({ name, data: said }) => [name, keysOf(said) || '–']);
  log.info(table(['data of', 'keys'], rows).trimEnd());
  return {
    ...paths,
    resultsDir: join(params.subdirectory, names.resultsDir),
    singleComponentMode,
    ...nameOf(params.snapshot),
    snapshotBuildId: own(snapshot.metadata.labels ?? {}, 'appstudio.openshift.io/build-pipelinerun') ?? '',
    releasePipelineMetadata: JSON.stringify(pipelineMetadata(releasePlan, releasePlanAdmission)),
    subdirectory: params.subdirectory,
  };
});

type Param = 'release' | 'releasePlan' | 'releasePlanAdmission' | 'releaseServiceConfig' | 'snapshot';

function nameOf(snapshot: string): { readonly snapshotNamespace: string; readonly snapshotName: string } {
  const { namespace, name } = parseObjectName(snapshot, 'param snapshot');
  return { snapshotNamespace: namespace, snapshotName: name };
}
