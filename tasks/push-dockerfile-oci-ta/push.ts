import { readFile, stat } from 'node:fs/promises';
import { findContainerfile, InvalidContainerfileError } from '#lib/containerfile';
import { atLevel, readTrustedCa } from '#lib/konflux';
import { parseReference, parseTag, pushArtifact, registryClientFor } from '#lib/oci';
import { implement } from '#lib/step';
import { task } from './task.ts';

/** Files of oras have this type where nobody names another, whatever is in them. */
const FILE = 'application/vnd.oci.image.layer.v1.tar';
/** Bytes of a Containerfile; many times what those of operating systems have. */
const LARGEST = 16 * 1024 * 1024;

export default implement(task.steps.push, async (context) => {
  const { params, workspaces, signal } = context;
  const log = atLevel(context.log, params.LOG_LEVEL);
  const reference = parseReference(params.IMAGE);
  const tag = parseTag(`${params.IMAGE_DIGEST.replace(':', '-')}${params.TAG_SUFFIX}`);
  const where = { source: workspaces.source, context: params.CONTEXT, file: params.DOCKERFILE };
  const { containerfile } = await findContainerfile(where);
  const { size } = await stat(containerfile);
  if (size > LARGEST)
    throw new InvalidContainerfileError(`the Containerfile has ${size} bytes, more than ${LARGEST}`);
  const content = await readFile(containerfile);
  using client = registryClientFor({ tlsVerify: true, images: [] }, { ca: await readTrustedCa() });
  const repository = client.repository(reference);
  const annotations = { 'org.opencontainers.image.title': 'Dockerfile' };
  const artifact = {
    artifactType: params.ARTIFACT_TYPE,
    parts: [{ mediaType: FILE, content, annotations }],
    tags: [tag],
  };
  const { digest } = await pushArtifact(repository, artifact, { signal });
  log.info(`${params.DOCKERFILE} is ${repository.name}:${tag}`);
  return { IMAGE_REF: `${repository.name}@${digest}` };
});
