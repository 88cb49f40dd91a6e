import type { ObjectMeta, ParamValue, PersistentVolumeClaim } from '#lib/tekton/objects';

export type * from '#lib/tekton/objects';

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

export type ValueType = 'string' | 'array' | 'object';

/** The type that Tekton gives a value by its shape (ParamValue.UnmarshalJSON, pkg/apis/pipeline/v1/param_types.go). */
export function typeOf(value: ParamValue): ValueType {
  if (typeof value === 'string') return 'string';
  return isList(value) ? 'array' : 'object';
}

/** Array.isArray does not narrow a readonly list. */
export function isList(value: ParamValue): value is readonly string[] {
  return Array.isArray(value);
}
