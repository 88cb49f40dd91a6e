import type { ContainerConfig } from '#lib/oci';

export const composeId = 'Fedora-43-20261123.n.0';

/** The configuration of an image that no check has anything against, with further labels. */
export function bootcConfig(labels: Readonly<Record<string, string>> = {}): ContainerConfig {
  return {
    Cmd: ['/sbin/init'],
    StopSignal: 'SIGRTMIN+3',
    Env: ['container=oci'],
    Labels: {
      'containers.bootc': '1',
      'org.opencontainers.image.version': '43',
      'redhat.compose-id': composeId,
      ...labels,
    },
  };
}
