import { InvalidReleaseError } from '#lib/release';
import { useReleaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { quoted } from '#lib/text';
import { task } from './task.ts';

export default implement(task.steps['use-trusted-artifact-array'], async (context) => {
  const { params } = context;
  const uris = params.resultArtifacts.map((one) => uriOf(one, params.dataDir)).filter((uri) => uri !== '');
  // Each task of the pipeline hands on all files of the release, so that two artifacts say the same or one is out of date.
  const [uri = '', ...others] = [...new Set(uris)];
  if (others.length > 0)
    throw new InvalidReleaseError(
      `resultArtifacts names ${others.length + 1} artifacts, and the files of a release are in one`,
      {
        hint: 'give that of the last task which leaves results',
      },
    );
  await useReleaseFiles({ ...context, params: { ...params, sourceDataArtifact: uri } });
  return {};
});

/** Upstream's pipeline writes `<artifact>=<directory>`. */
function uriOf(text: string, dataDir: string): string {
  const [uri = '', directory, ...rest] = text.split('=');
  if (rest.length === 0 && (directory === undefined || directory === dataDir)) return uri;
  throw new InvalidReleaseError(`resultArtifacts: ${quoted(text)} goes elsewhere than dataDir, ${dataDir}`);
}
