import type { ObjectMeta, PersistentVolumeClaim } from '#lib/tekton/objects';

export type * from '#lib/tekton/objects';
export { isList, paramType as typeOf } from '#lib/tekton/objects';

/** Objects of Kubernetes that a run may read; only what Tekton's own API does not describe. */
export interface ConfigMap {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata?: ObjectMeta | undefined;
  readonly data?: Readonly<Record<string, string>> | undefined;
  readonly binaryData?: Readonly<Record<string, string>> | undefined;
}

export interface Secret {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata?: ObjectMeta | undefined;
  readonly type?: string | undefined;
  readonly data?: Readonly<Record<string, string>> | undefined;
  readonly stringData?: Readonly<Record<string, string>> | undefined;
}

export type Claim = PersistentVolumeClaim;
