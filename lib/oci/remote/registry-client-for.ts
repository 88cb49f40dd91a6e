import type { Reference } from '../model/reference.ts';
import { createRegistryClient, type RegistryClient, type RegistryOptions } from './registry-client.ts';

export interface TlsChoice {
  /** The task's TLSVERIFY; false means what `--tls-verify=false` means to buildah and skopeo. */
  readonly tlsVerify: boolean;
  /** The images that the task was given: the choice applies to their registries, and to no other. */
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
