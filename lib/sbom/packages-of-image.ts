import { type Image, layerProblems, type Options, openLayer, type ReadableTarget } from '#lib/oci';
import { type Rootfs, readRootfs, type Tree, type Want } from '#lib/rootfs';
import { likelyRpmFile, wantedRpmFiles } from '#lib/rpm';
import { InvalidPackageListError } from './errors.ts';
import { debsOf, statusFiles } from './packages/debs.ts';
import { distributionOf, osReleaseFiles } from './packages/distribution.ts';
import { rpmsOf } from './packages/rpms.ts';
import { type StepLists, stepListsIn, stepPackagesOf } from './packages/step-lists.ts';
import type { Package } from './spdx.ts';

/** dpkg's list of a full system has some megabytes. */
const LIMIT = 32 * 1024 * 1024;

export interface PackagesOptions extends Options {
  /** Where the image keeps steps, if it is a step image; `/usr/libexec/bootc-catalog` by default. */
  readonly stepDirectory?: string | undefined;
}

/**
 * The packages of an image for one platform, as the databases in its layers say: nothing is run, nothing unpacked.
 *
 * @throws {InvalidPackageListError} where any part of it is uncertain: a list that lacks something is worse than none
 */
export async function packagesOfImage(
  target: ReadableTarget,
  { manifest, config }: Pick<Image, 'manifest' | 'config'>,
  options: PackagesOptions = {},
): Promise<readonly Package[]> {
  const lists = stepListsIn(options.stepDirectory);
  const layers = manifest.layers.map((layer, index) => ({
    name: `layer ${index + 1} (${layer.digest})`,
    open: () => openLayer(target, layer, { ...options, diffId: config.rootfs.diff_ids[index] }),
  }));
  const [problem] = layerProblems({ manifest, config });
  if (problem !== undefined) throw new InvalidPackageListError(`cannot tell what is installed: ${problem}`);
  await using rootfs = await readRootfs(layers, {
    wanted: (tree) => wanted(tree, lists),
    likely: (path) => likely(path, lists),
    limits: { file: LIMIT },
  });
  refuseUnknown(rootfs);
  const distribution = distributionOf(rootfs);
  const found = [
    ...(await rpmsOf(rootfs, distribution, options.signal)),
    ...debsOf(rootfs, distribution),
    ...stepPackagesOf(rootfs, lists),
  ];
  return found.sort((a, b) => (a.purl < b.purl ? -1 : a.purl > b.purl ? 1 : 0));
}

function* wanted(tree: Tree, { npm, go }: StepLists): Generator<readonly [path: string, want: Want]> {
  for (const path of [...osReleaseFiles, ...statusFiles(tree), npm, go]) yield [path, 'content'];
  yield* wantedRpmFiles(tree);
}

function likely(path: string, { npm, go }: StepLists): Want | undefined {
  const isText = [...osReleaseFiles, npm, go].includes(path);
  return isText || path.startsWith('var/lib/dpkg/status') ? 'content' : likelyRpmFile(path);
}

/** Lists of package managers that nothing here reads. */
const otherLists = ['lib/apk/db/installed', 'usr/lib/apk/db/installed', 'var/lib/pacman/local'];

function refuseUnknown(rootfs: Rootfs): void {
  const [unread] = rootfs.unread;
  if (unread !== undefined) {
    throw new InvalidPackageListError(`cannot tell what is installed: ${unread.where}: ${unread.why}`);
  }
  const other = otherLists.find((path) => rootfs.resolve(path) !== undefined);
  if (other !== undefined) {
    throw new InvalidPackageListError(
      `cannot tell what is installed: the image has a list of packages, /${other}, that is not read`,
    );
  }
}
