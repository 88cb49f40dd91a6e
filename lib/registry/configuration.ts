import { createHash } from 'node:crypto';
import type { RegistryOptions } from './options.ts';

/** Distribution's configuration file (distribution 2.8 and 3, docs/configuration.md). */
export function configuration(options: RegistryOptions, storage: string, htpasswd: string): object {
  const { port = 0, tls, extra } = options;
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: storage },
      cache: { blobdescriptor: 'inmemory' },
      delete: { enabled: true },
    },
    http: {
      addr: `127.0.0.1:${port}`,
      // The secret is the same after a restart on the same storage, so that an upload can go on.
      secret: createHash('sha256').update(storage).digest('hex'),
      ...(tls === undefined ? {} : { tls: { certificate: tls.certificate, key: tls.key } }),
    },
    ...(options.htpasswd === undefined ? {} : { auth: { htpasswd: { realm: 'registry', path: htpasswd } } }),
    ...extra,
  };
}
