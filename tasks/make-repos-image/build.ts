import { type Compose, InvalidComposeError, openComposes } from '#lib/compose';
import { imagePlatform, imageValues } from '#lib/konflux';
import { type Digest, parseReference, parseTag, registryClientFor, rpmArchitecture } from '#lib/oci';
import { implement } from '#lib/step';
import { printable } from '#lib/text';
import { parseKeys } from './gpg-key.ts';
import { agreedVersion, newestCompose, releaseKeys, versionLabel } from './release.ts';
import { pushReposImage } from './repos-image.ts';
import { missingArchitectures } from './repos-layer.ts';
import { task } from './task.ts';

export default implement(task.steps.build, async ({ params, log, signal, checkResults }) => {
  const givenKeys = parseKeys(params.GPGKEY);
  const composes = await openComposes(
    { compose: params.COMPOSE, composes: params.COMPOSES },
    { signal, redirectHosts: params.COMPOSE_HOSTS },
  );
  for (const { role = 'compose', compose } of composes)
    log.info(`${role} ${compose.id} is ${compose.status}, at ${printable(compose.location)}`);
  const newest = newestCompose(composes);
  const platforms = params.PLATFORMS.map((platform) => imagePlatform(platform));
  const architectures = platforms.map(({ architecture }) => rpmArchitecture(architecture));
  const packages = new Set<string>();
  for (const { compose } of composes)
    for (const nevra of await packagesOf(compose, params.VARIANTS, architectures)) packages.add(nevra);
  const releasever = agreedVersion(composes, params.RELEASEVER);
  const gpgkeys =
    givenKeys.length > 0 || !params.GPGCHECK ? givenKeys : releaseKeys(newest, releasever, packages);

  const reference = parseReference(params.IMAGE);
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] });
  const image = {
    variants: params.VARIANTS,
    gpgcheck: params.GPGCHECK,
    gpgkeys,
    releasever,
    platforms,
    tags: [parseTag(newest.id), reference.tag ?? 'latest'],
  };
  const results = (digest: Digest) => ({
    ...imageValues(params.IMAGE, digest),
    COMPOSE_ID: newest.id,
    COMPOSE_URL: newest.location,
    COMPOSE_URLS: composes.map(({ role = 'compose', compose }) => `${role}=${compose.location}`),
    RELEASE_VERSION: releasever,
    RELEASE_NUMBER: versionLabel(releasever, packages),
  });
  checkResults(results(`sha256:${'0'.repeat(64)}`));
  const index = await pushReposImage(client.repository(reference), composes, image, {
    signal,
    onPushed: ({ os, architecture }) => log.info(`pushed ${os}/${architecture}`),
  });
  log.info(`pushed ${params.IMAGE}`);
  return results(index.digest);
});

/**
 * Packages of all architectures, read now although only the sanity check asks for them: a compose that cannot be built or
 * checked should not cost a build.
 */
async function packagesOf(
  compose: Compose,
  variants: readonly string[],
  architectures: readonly string[],
): Promise<ReadonlySet<string>> {
  const missing = missingArchitectures(compose, variants, architectures);
  if (missing.length > 0) {
    throw new InvalidComposeError(`the compose ${compose.id} has no packages of ${missing.join(', ')}`);
  }
  const all = new Set<string>();
  for (const arch of architectures) {
    const packages = await compose.packages(arch);
    if (packages.size === 0) {
      throw new InvalidComposeError(`rpms.json of the compose ${compose.id} lists no package for ${arch}`);
    }
    for (const nevra of packages) all.add(nevra);
  }
  return all;
}
