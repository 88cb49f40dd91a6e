import { InvalidComposeError, openCompose } from '#lib/compose';
import {
  packLayer,
  parsePlatform,
  parseReference,
  pushImage,
  pushIndex,
  registryClientFor,
  rpmArchitecture,
} from '#lib/oci';
import { implement } from '#lib/step';
import { Digest, ImageRef, ImageUrl } from '#lib/tekton';
import { missingArchitectures, reposFiles } from './repos-layer.ts';
import { task } from './task.ts';

export default implement(task.steps.build, async ({ params, log, signal }) => {
  const compose = await openCompose(params.COMPOSE, { signal });
  log.info(`compose ${compose.id} is ${compose.status}`);
  const platforms = params.PLATFORMS.map((platform) => parsePlatform(platform));
  const architectures = platforms.map(({ architecture }) => rpmArchitecture(architecture));
  const missing = missingArchitectures(compose, params.VARIANTS, architectures);
  if (missing.length > 0) {
    throw new InvalidComposeError(`the compose ${compose.id} has no packages of ${missing.join(', ')}`);
  }
  // Read now what the sanity check will ask for: a broken rpms.json should not cost a build.
  for (const arch of architectures) {
    if ((await compose.packages(arch)).size === 0) {
      throw new InvalidComposeError(`rpms.json of the compose ${compose.id} lists no package for ${arch}`);
    }
  }

  const created = dateOf(compose.info.compose.date);
  const files = reposFiles(compose, {
    variants: params.VARIANTS,
    gpgcheck: params.GPGCHECK,
    gpgkey: params.GPGKEY,
    releasever: params.RELEASEVER,
  });
  const layer = await packLayer(files, { mtime: created.getTime() / 1000 });
  const reference = parseReference(params.IMAGE);
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] });
  const target = client.repository(reference);
  const version = params.RELEASEVER === '' ? compose.info.release.version : params.RELEASEVER;
  const labels = {
    'redhat.compose-id': compose.id,
    'org.fedoraproject.compose.id': compose.id,
    'org.fedoraproject.compose.url': params.COMPOSE,
    'org.opencontainers.image.version': version,
    [version === 'rawhide' || compose.id.includes('Rawhide') ? 'compose-rawhide-id' : 'compose-branched-id']:
      compose.id,
  };
  const manifests = [];
  for (const platform of platforms) {
    const config = { ...platform, created: created.toISOString(), config: { Labels: labels } };
    manifests.push(await pushImage(target, { config, layers: [layer] }, { signal }));
    log.info(`pushed ${platform.os}/${platform.architecture}`);
  }
  const tag = reference.tag ?? 'latest';
  const annotations = { 'redhat.compose-id': compose.id };
  const index = await pushIndex(target, { manifests, annotations, tags: [tag] }, { signal });
  log.info(`pushed ${params.IMAGE}`);
  return {
    IMAGE_URL: ImageUrl.parse(params.IMAGE),
    IMAGE_DIGEST: Digest.parse(index.digest),
    IMAGE_REF: ImageRef.parse(`${params.IMAGE}@${index.digest}`),
    COMPOSE_ID: compose.id,
    RELEASE_VERSION: version,
  };
});

/** The day of the compose: the same compose gives the same image, whenever it is made. */
function dateOf(date: string): Date {
  const parts = /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/.exec(date)?.groups;
  if (!parts)
    throw new InvalidComposeError(`composeinfo.json has the date ${JSON.stringify(date)}, not YYYYMMDD`);
  return new Date(Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day)));
}
