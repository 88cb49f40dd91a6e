import { defineImages, type ImagesEntry } from '#lib/images';

/**
 * Fedora's bootc images: a line for each image, an entry for each stream. What follows from it: the pipeline
 * bootc-compose, `bootc-catalog images`, the picture in README.md.
 */
export const fedoraBootc: ImagesEntry = {
  name: 'fedora-bootc',
  repository: 'quay.io/bootc-devel',
  flow: {
    compose: 'quay.io/fedoraci/fedora-compose-base',
    images: 'quay.io/fedoraci/fedora-bootc',
    plain: 'standard',
  },
  platforms: ['linux/amd64', 'linux/arm64', 'linux/ppc64le', 'linux/s390x'],

  images: [
    { name: 'compose', compose: true },
    { name: 'minimal', manifest: 'fedora-minimal' },
    { name: 'minimal-plus', manifest: 'fedora-minimal-plus' },
    { name: 'standard', manifest: 'fedora-standard' },
    { name: 'iot', manifest: 'fedora-iot', platforms: ['linux/amd64', 'linux/arm64'] },
  ],

  streams: [
    {
      name: 'rawhide',
      version: '45',
      kind: 'rawhide',
      composes: [{ role: 'nightly', url: latest('rawhide', 'Rawhide') }],
      images: 'all',
    },
    {
      name: '43',
      version: '43',
      kind: 'stable',
      composes: stable('43'),
      images: 'all',
      endOfLife: '2026-12-02',
    },
    {
      name: '42',
      version: '42',
      kind: 'frozen',
      composes: stable('42'),
      images: 'all',
      endOfLife: '2026-05-13',
    },
    {
      name: '41',
      version: '41',
      kind: 'frozen',
      composes: stable('41'),
      images: ['compose'],
      endOfLife: '2025-12-15',
    },
    // A branched stream, from the day that it leaves rawhide:
    // { name: '45', version: '45', kind: 'branched', composes: [{ role: 'nightly', url: latest('branched', '45') }], images: 'all' },
    // ELN, whose standard has another manifest:
    // {
    //   name: 'eln', version: 'eln', kind: 'rawhide', composes: [{ role: 'nightly', url: … }],
    //   images: ['compose', 'standard'], exceptions: { standard: { manifest: 'fedora-eln' } },
    // },
  ],
};

export const images = defineImages(fedoraBootc);

/** What pungi's link to the newest compose of a directory is called (`latest-<short>-<version>`). */
export function latest(directory: string, version: string): string {
  return `https://kojipkgs.fedoraproject.org/compose/${directory}/latest-Fedora-${version}/`;
}

/** Updates come before the release that never changes. */
function stable(version: string) {
  return [
    { role: 'updates', url: latest(`updates/f${version}-updates`, `${version}-updates`) },
    { role: 'release', url: latest(version, version) },
  ];
}
