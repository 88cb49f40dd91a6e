import type { ImageCheck, PlatformCheck } from '../check-definition.ts';
import type { PlatformFacts } from '../facts.ts';

const VERSION = 'org.opencontainers.image.version';

export const labels: PlatformCheck = {
  id: 'labels',
  severity: 'fail',
  description: `Label containers.bootc is 1 and ${VERSION} is there.`,
  platform: (facts) => [
    ...(labelOf(facts, 'containers.bootc') === '1' ? [] : ['label containers.bootc=1 is missing']),
    ...(labelOf(facts, VERSION) ? [] : [`label ${VERSION} is missing`]),
  ],
};

export const versionAgreement: ImageCheck = {
  id: 'version-agreement',
  severity: 'fail',
  description: 'All platforms have one version.',
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
  description: 'Label redhat.compose-id names the compose.',
  platform: (facts, { compose }) => {
    if (!compose) return { skip: 'no compose is given' };
    const label = labelOf(facts, 'redhat.compose-id');
    return label === compose.id
      ? []
      : [`label redhat.compose-id is ${label ?? 'missing'}, not ${compose.id}`];
  },
};

export const config: PlatformCheck = {
  id: 'boot-config',
  severity: 'warn',
  description: 'The configuration starts /sbin/init, stops with SIGRTMIN+3, and says container=oci.',
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

function labelOf({ config }: PlatformFacts, name: string): string | undefined {
  return config.Labels?.[name];
}
