import { defineCatalog } from '#lib/catalog';
import { releaseRoles } from '#lib/release';
import packageJson from '../package.json' with { type: 'json' };

/** Where `bootc-catalog publish` puts all this, unless told otherwise. */
export const publication = {
  prefix: 'quay.io/bootc-devel',
  floatingTags: ['{major}.{minor}', 'latest'],
  platforms: ['linux/amd64', 'linux/arm64', 'linux/ppc64le', 'linux/s390x'],
  source: packageJson.repository.url,
  licenses: packageJson.license,
} as const;

/** What is published: every folder of tasks, every file of pipelines. */
export const catalog = await defineCatalog({
  root: new URL('..', import.meta.url),
  publication,
  stepDirectory: '/usr/libexec/bootc-catalog',
  stepRunner: '#lib/step',
  manifests: Object.fromEntries(
    Object.entries(releaseRoles()).map(([part, role]) => [`rbac/push-to-external-registry/${part}`, role]),
  ),
});

export const { tasks, pipelines, stepImage } = catalog;
/** The set of images that the catalog builds; `bootc-catalog images` shows it. */
export { images } from '../gitops/fedora-bootc.ts';
