import { type Package, repositoriesOf } from '#lib/sbom';

/**
 * The text of content-sets.json, by which Clair knows the repositories of prefetched packages, as konflux-build-cli
 * writes it (its pkg/commands/build.go, `determineContentSets`): the repositories of every architecture, in Go's order of
 * keys.
 */
export function contentSets(prefetched: readonly Package[]): string {
  const manifest = {
    content_sets: repositoriesOf(prefetched),
    from_dnf_hint: true,
    metadata: {
      icm_spec:
        'https://raw.githubusercontent.com/containerbuildsystem/atomic-reactor/master/atomic_reactor/schemas/content_manifest.json',
      icm_version: 1,
      image_layer_index: 0,
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
