import type { Command } from 'commander';
import type { RegistryOptions } from '#lib/oci';
import { append } from './arguments.ts';

/** What a command that talks to registries lets its user say of them. */
export interface RegistryChoice {
  readonly plainHttp: readonly string[];
  readonly insecure: readonly string[];
}

export function withRegistryOptions(command: Command): Command {
  return command
    .option(
      '--plain-http <registry>',
      'speak http with this registry, and nothing else; on loopback that is the default; may be repeated',
      append,
      [],
    )
    .option(
      '--insecure <registry>',
      'take this registry as it is: https with any certificate, or else http, as --tls-verify=false of podman does; passwords then go there unencrypted, too; may be repeated',
      append,
      [],
    );
}

export function registryOptions({ plainHttp, insecure }: RegistryChoice): RegistryOptions {
  return {
    plainHttp: Object.fromEntries(plainHttp.map((registry) => [registry, true])),
    unverified: insecure,
    onRetry: (what, milliseconds) =>
      process.stderr.write(`${what}: trying again in ${(milliseconds / 1_000).toFixed(1)} s\n`),
  };
}
