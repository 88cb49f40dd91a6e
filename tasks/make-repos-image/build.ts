import { type Compose, InvalidComposeError, openCompose } from '#lib/compose';
import { imagePlatform, imageValues } from '#lib/konflux';
import { type Digest, parseReference, registryClientFor, rpmArchitecture } from '#lib/oci';
import { implement } from '#lib/step';
import { printable } from '#lib/text';
import { parseKeys } from './gpg-key.ts';
import { releaseKeys, releaseVersion } from './release.ts';
import { pushReposImage } from './repos-image.ts';
import { missingArchitectures } from './repos-layer.ts';
import { task } from './task.ts';

export default implement(task.steps.build, async ({ params, log, signal, checkResults }) => {
  const givenKeys = parseKeys(params.GPGKEY);
  const compose = await openCompose(params.COMPOSE, { signal, redirectHosts: params.COMPOSE_HOSTS });
  log.info(`compose ${compose.id} is ${compose.status}, at ${printable(compose.location)}`);
  const platforms = params.PLATFORMS.map((platform) => imagePlatform(platform));
  const packages = await packagesOf(
    compose,
    params.VARIANTS,
    platforms.map(({ architecture }) => rpmArchitecture(architecture)),
  );
  const releasever = releaseVersion(compose, params.RELEASEVER);
  const gpgkeys =
    givenKeys.length > 0 || !params.GPGCHECK ? givenKeys : releaseKeys(compose, releasever, packages);

  const reference = parseReference(params.IMAGE);
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] });
  const image = {
    variants: params.VARIANTS,
    gpgcheck: params.GPGCHECK,
    gpgkeys,
    releasever,
    platforms,
    tag: reference.tag ?? 'latest',
  };
  const results = (digest: Digest) => ({
    ...imageValues(params.IMAGE, digest),
    COMPOSE_ID: compose.id,
    COMPOSE_URL: compose.location,
    RELEASE_VERSION: releasever,
  });
  checkResults(results(`sha256:${'0'.repeat(64)}`));
  const index = await pushReposImage(client.repository(reference), compose, image, {
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
