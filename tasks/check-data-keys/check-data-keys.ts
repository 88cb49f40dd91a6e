import { dirname, join } from 'node:path';
import * as z from 'zod';
import {
  checkData,
  dataSources,
  InvalidReleaseError,
  releaseFileNames as names,
  parseSystems,
  Release,
  ReleasePlan,
  ReleasePlanAdmission,
  unknownKeys,
} from '#lib/release';
import { type ReleaseFiles, releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { quoted } from '#lib/text';
import { SCHEMA, task } from './task.ts';

const Data = z.record(z.string(), z.unknown());

export default implement(task.steps['check-data-keys'], async ({ params, workspaces, log }) => {
  if (params.schema !== SCHEMA)
    throw new InvalidReleaseError(`no schema is taken from elsewhere: ${quoted(params.schema)}`, {
      hint: 'leave the param schema as it is: it means the schema that this task has',
    });
  const files = releaseFiles({ params, workspaces });
  const data = files.read(params.dataPath, Data, 'the data of the release');
  const checked = checkData(data, parseSystems(params.systems), sourcesIn(files, dirname(params.dataPath)));
  files.write(params.dataPath, checked);
  const unknown = unknownKeys(data);
  if (unknown.length > 0)
    log.warn(`nobody here knows the keys ${unknown.join(', ')}: are they spelled right?`);
  log.info('the data of the release is valid');
  return {};
});

/** The resources that collect-data left beside the data. Data that came another way has none, and an error no names. */
function sourcesIn(files: ReleaseFiles, directory: string): ReturnType<typeof dataSources> {
  const at = (name: string) => join(directory, name);
  if (!files.has(at(names.release)) || !files.has(at(names.releasePlan))) return [];
  const admission = at(names.releasePlanAdmission);
  return dataSources({
    release: files.read(at(names.release), Release, 'the Release'),
    releasePlan: files.read(at(names.releasePlan), ReleasePlan, 'the ReleasePlan'),
    releasePlanAdmission: files.has(admission)
      ? files.read(admission, ReleasePlanAdmission, 'the ReleasePlanAdmission')
      : undefined,
  });
}
