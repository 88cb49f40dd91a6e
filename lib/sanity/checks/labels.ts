import { newestOf } from '#lib/compose';
import type { ImageCheck, PlatformCheck } from '../check-definition.ts';
import type { PlatformFacts } from '../facts.ts';

const VERSION = 'org.opencontainers.image.version';

export const labels: PlatformCheck = {
  id: 'labels',
  severity: 'fail',
  description: `Label containers.bootc is 1 and ${VERSION} is there.`,
  looksAt: 'Labels of the configuration.',
  why: 'Installers and registries know a bootc image by the first, and show the second as its version.',
  mend: '`LABEL containers.bootc=1` and `LABEL org.opencontainers.image.version=<version>` in the Containerfile, or `buildah build --label`.',
  platform: (facts) => [
    ...(labelOf(facts, 'containers.bootc') === '1' ? [] : ['label containers.bootc=1 is missing']),
    ...(labelOf(facts, VERSION)?.trim() ? [] : [`label ${VERSION} is missing`]),
  ],
};

export const versionAgreement: ImageCheck = {
  id: 'version-agreement',
  severity: 'fail',
  description: 'All platforms have one version.',
  looksAt: 'Label org.opencontainers.image.version of every platform.',
  why: 'An index whose platforms say different versions was put together from different builds.',
  mend: 'Build all platforms with one version.',
  image: ({ platforms }) => {
    const versions = new Set(platforms.map((facts) => labelOf(facts, VERSION) ?? 'none'));
    return versions.size <= 1
      ? []
      : [
          `the platforms have different versions: ${platforms.map((facts) => `${facts.platform} ${labelOf(facts, VERSION) ?? 'none'}`).join(', ')}`,
        ];
  },
};

export const composeLabel: PlatformCheck = {
  id: 'compose-label',
  severity: 'fail',
  description: 'Label redhat.compose-id names the compose, of several the newest.',
  looksAt: 'Label redhat.compose-id of the configuration, against the composes that are given.',
  why: "Release and updates are found by it; an image of another compose would be released in this one's name.",
  mend: 'Build the image from the compose that is given, or give the compose that it was built from.',
  platform: (facts, { composes }) => {
    const newest = newestOf(composes.map(({ id }) => id));
    if (newest === undefined) return { skip: 'no compose is given' };
    const label = labelOf(facts, 'redhat.compose-id');
    return label === newest ? [] : [`label redhat.compose-id is ${label ?? 'missing'}, not ${newest}`];
  },
};

const FINAL = 'ostree.final-diffid';

export const ostreeLayers: PlatformCheck = {
  id: 'ostree-layers',
  severity: 'fail',
  description: `Label ${FINAL}, if it is there, names one of the layers.`,
  looksAt: `Label ${FINAL}, against the \`diff_ids\` of the configuration and the layers of the manifest.`,
  why: 'An image that was made of an ostree commit says so by this label; an image that inherits it and has lost the layers, as a squashed one does, cannot be imported by bootc.',
  mend: `Build without \`--squash\`, or take the label out of an image that was squashed: \`buildah build --unsetlabel ${FINAL}\`.`,
  follows: 'parse_manifest_layout and layer_from_diffid (crates/ostree-ext/src/container/store.rs)',
  platform: ({ layers, diffIds, ...facts }) => {
    const final = labelOf(facts, FINAL);
    if (final === undefined) return [];
    const layer = layers[diffIds.indexOf(final)];
    if (layer === undefined) return [`label ${FINAL} is ${final}, which no layer has`];
    const same = layers.filter(({ digest }) => digest === layer.digest);
    return same.length === 1 ? [] : [`label ${FINAL} is that of ${same.length} layers`];
  },
};

export const config: PlatformCheck = {
  id: 'boot-config',
  severity: 'warn',
  description: 'The configuration starts /sbin/init, stops with SIGRTMIN+3, and says container=oci.',
  looksAt: '`Cmd`, `Entrypoint`, `StopSignal` and `Env` of the configuration.',
  why: '`podman run` of the image then starts and stops systemd as it should; a machine does not use these.',
  mend: '`CMD ["/sbin/init"]`, `STOPSIGNAL SIGRTMIN+3` and `ENV container=oci` in the Containerfile.',
  platform: ({ config }) => [
    ...(config.Cmd?.join(' ') === '/sbin/init' && !config.Entrypoint?.length
      ? []
      : [
          `starts ${[...(config.Entrypoint ?? []), ...(config.Cmd ?? [])].join(' ') || 'nothing'} instead of /sbin/init`,
        ]),
    ...(config.StopSignal === 'SIGRTMIN+3' || config.StopSignal === '37'
      ? []
      : [`stops with ${config.StopSignal ?? 'SIGTERM'} instead of SIGRTMIN+3`]),
    ...(config.Env?.includes('container=oci') ? [] : ['environment container=oci is missing']),
  ],
};

function labelOf({ config }: Pick<PlatformFacts, 'config'>, name: string): string | undefined {
  return config.Labels?.[name];
}
