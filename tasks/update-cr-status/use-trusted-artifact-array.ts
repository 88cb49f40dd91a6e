import { InvalidReleaseError } from '#lib/release';
import { useReleaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { quoted } from '#lib/text';
import { task } from './task.ts';

/** `oci:<repository>@sha256:<hex>=<directory>`; the artifact is empty where the files stay in the workspace. */
const FORM = /^(?<sourceDataArtifact>[^=]*)=(?<dataDir>.+)$/s;

export default implement(task.steps['use-trusted-artifact-array'], async (context) => {
  const { params } = context;
  const taken = new Set<string>();
  for (const one of params.resultArtifacts) {
    const { sourceDataArtifact, dataDir } = FORM.exec(one)?.groups ?? {};
    if (sourceDataArtifact === undefined || dataDir === undefined)
      throw new InvalidReleaseError(`resultArtifacts has ${quoted(one)}, which is not artifact=directory`);
    // The second would take the place of the first, and what that says would be lost.
    if (taken.has(dataDir))
      throw new InvalidReleaseError(`resultArtifacts has two artifacts for ${quoted(dataDir)}`, {
        hint: 'give the last artifact of the tasks: each hands on what those before it have written',
      });
    taken.add(dataDir);
    await useReleaseFiles({ ...context, params: { ...params, sourceDataArtifact, dataDir } });
  }
  return {};
});
