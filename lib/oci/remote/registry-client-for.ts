import type { Reference } from '../model/reference.ts';
import { createRegistryClient, type RegistryClient, type RegistryOptions } from './registry-client.ts';

export interface TlsChoice {
  /** As a task's TLSVERIFY: false means what `--tls-verify=false` means to buildah and skopeo. */
  readonly tlsVerify: boolean;
  /** What the task was told to talk to: the choice is for their registries, and for no other. */
  readonly images: readonly Pick<Reference, 'registry'>[];
}

/** The client of a task: without verification its registries may be https with any certificate, or else plain http. */
export function registryClientFor(
  { tlsVerify, images }: TlsChoice,
  options: Omit<RegistryOptions, 'unverified'> = {},
): RegistryClient {
  const unverified = tlsVerify ? [] : images.map(({ registry }) => registry);
  return createRegistryClient({ ...options, unverified });
}
