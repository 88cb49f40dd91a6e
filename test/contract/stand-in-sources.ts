import type { Architecture } from '#lib/compose-fixture';

/** Files of a repository by their paths. */
export type Source = Readonly<Record<string, string>>;

interface Places {
  /** Image with a shell, `repository:tag`. */
  readonly base: string;
  /** Image with the repositories of the compose. */
  readonly repos: string;
  /** Where the compose is served. */
  readonly compose: string;
  readonly architectures: readonly Architecture[];
}

/** What takes the place of fedora-coreos-config: locks of rpm-ostree, arguments in a file, a build without a network. */
export function coreosSource({ base, compose, architectures }: Places): Source {
  const locks = architectures.map((arch) => {
    const packages = { bash: { evra: `5.3.0-1.fc43.${arch}` }, 'fedora-repos': { evra: '43-1.fc43.noarch' } };
    return [`manifest-lock.${arch}.json`, JSON.stringify({ packages })];
  });
  return {
    ...Object.fromEntries(locks),
    'manifest.yaml': 'releasever: 43\nrepos: [fedora]\n',
    'fedora.repo': `[fedora]\nbaseurl=${compose}/compose/Everything/$basearch/os/\n`,
    'build-args.conf': `# of the stream\nBUILDER_IMG=${base}\nSTREAM=testing-devel\n`,
    Containerfile: `ARG BUILDER_IMG=overwritten
FROM \${BUILDER_IMG} as builder
ARG STREAM
RUN mkdir -p /target-rootfs/etc && echo "$STREAM" > /target-rootfs/etc/stream && cp /run/src/manifest.yaml /target-rootfs/etc/
RUN [ ! -e /cachi2/output ] || { cd /target-rootfs && for one in $(busybox find /cachi2/output/deps/rpm/$(busybox uname -m) -name '*.rpm'); do busybox rpm2cpio $one | busybox cpio -idm; done; }
FROM scratch
COPY --from=builder /target-rootfs/ /
LABEL com.coreos.osname=fedora-coreos
`,
  };
}

/** What takes the place of its buildroot: a Containerfile beside its context, and no bootc image. */
export function buildrootSource({ base }: Places): Source {
  return {
    'ci/buildroot/Dockerfile': `FROM ${base}\nCOPY install.sh /tmp/\nRUN sh /tmp/install.sh\n`,
    'ci/buildroot/install.sh': 'echo built > /usr/share/buildroot\n',
    'not-in-the-context': '',
  };
}

/**
 * What takes the place of fedora/bootc/base-images: every form of instruction that its Containerfile has
 * (`containerfileForms` of usages.yaml).
 */
export function baseImagesSource({ base }: Places): Source {
  const mounts = `--mount=type=cache,rw,id=bootc-base-images-cache,target=/cache --mount=type=bind,rw,from=repos,src=/,dst=/repos`;
  const lines = [
    'set -eu',
    'mkdir -p /target-rootfs/etc /target-rootfs/sbin',
    'cp /repos/etc/yum.repos.d/compose.repo /target-rootfs/etc/',
    'echo "$MANIFEST" > /target-rootfs/etc/manifest',
    'test -d /src/.git && cp /src/standard.yaml /target-rootfs/etc/',
    'echo kept > /cache/file',
  ];
  const command = `<<EORUN\n${lines.join('\n')}\nEORUN`;
  return {
    'standard.yaml': 'packages: []\n',
    Containerfile: `ARG REPOS_IMAGE=quay.io/fedora/fedora:rawhide
ARG BUILDER_IMAGE=${base}
FROM $REPOS_IMAGE as repos
FROM $BUILDER_IMAGE as builder
ARG MANIFEST=fedora-standard
COPY . /src
RUN ${mounts} ${command}
FROM scratch
COPY --from=builder /target-rootfs/ /
LABEL containers.bootc 1
LABEL org.opencontainers.image.version=rawhide
ENV container=oci
STOPSIGNAL SIGRTMIN+3
CMD ["/sbin/init"]
`,
  };
}
