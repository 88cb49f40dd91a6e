import type { Descriptor } from '#lib/oci';

/** One layer, and the object in it. */
export interface BundleEntry {
  readonly layer: Descriptor;
  /** Annotations of the layer, as they are written. */
  readonly annotations: Readonly<Record<string, string>>;
  /** As annotated, which is what the resolver looks for; empty where an annotation is missing. */
  readonly kind: string;
  readonly name: string;
  readonly apiVersion: string;
  /** As it was packed, YAML or JSON. */
  readonly text: string;
  /** Undefined where the text is neither. */
  readonly object: object | undefined;
}
