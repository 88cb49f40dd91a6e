import type { TestHost } from './build-host.ts';

export interface HostSecretOptions {
  readonly host: TestHost;
  /** Directory of the bundled steps. */
  readonly steps: string;
  /** `user-dir`; by default the host's own. */
  readonly directory?: string;
  /** Seconds for which a host that gives no answer is asked again. */
  readonly patience?: number | undefined;
  /** Keys in the place of those, or beside them; undefined leaves one out. */
  readonly keys?: Readonly<Record<string, string | undefined>>;
}

/** The Secret of a TaskRun `build`, as the multi-platform controller makes it, in YAML: for a host behind its proxy. */
export function hostSecret(options: HostSecretOptions, key: string): string {
  const { host, steps, directory = host.userDirectory, patience, keys = {} } = options;
  const mounts = [{ source: steps, path: '/usr/libexec/bootc-catalog' }];
  const stringData = {
    host: host.cuttable,
    'user-dir': directory,
    id_rsa: key,
    ...(patience !== undefined && { patience: String(patience) }),
    'step-image.json': JSON.stringify({ rootfs: '/', mounts }),
    ...keys,
  };
  const metadata = { name: 'multi-platform-ssh-build' };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, stringData });
}
