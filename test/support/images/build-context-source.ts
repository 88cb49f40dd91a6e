// The source of an image that is composed by rpm-ostree, as fedora-coreos-config has it: a manifest, its repositories and locks.

export type Texts = Readonly<Record<string, string>>;

export const lockOf = (arch: string, more: object = {}) =>
  JSON.stringify({
    packages: {
      bash: { evra: `5.3.0-1.fc43.${arch}`, metadata: { sourcerpm: 'bash' } },
      'fedora-repos': { evra: '43-1.fc43.noarch' },
      podman: { evra: `5:5.6.2-1.fc43.${arch}` },
      ...more,
    },
    metadata: { generated: '2026-11-23T00:00:00Z' },
  });

/** @param url of a server with a compose, whose packages are in one of its repositories, and with a pool of further ones */
export const sourceOf = (url: string): Texts => ({
  'manifest.yaml': 'releasever: 43\nrepos: [fedora]\ninclude: common.yaml\n',
  'common.yaml': 'lockfile-repos: [pool]\n',
  'fedora.repo': `[fedora]\nbaseurl=${url}/none/$releasever/\n  ${url}/compose/Everything/$basearch/os/\nenabled=0\n[other]\nmetalink=https://h/\n`,
  'pool.repo': `[pool]\nbaseurl=${url}/pool/$basearch\n`,
  'manifest-lock.aarch64.json': lockOf('aarch64'),
  'manifest-lock.s390x.json': lockOf('s390x'),
});
