import type { ImageSet } from './model.ts';

/** A name of Kubernetes, which a component becomes (RFC 1123, a label). */
export const LONGEST_NAME = 63;

/** What a component and a repository are called: `fedora-bootc-43-minimal`. */
export function componentName(set: string, stream: string, image: string): string {
  return `${set}-${stream}-${image}`;
}

/** What the tags of an image end with in pungi's flow. */
export function suffixOf(image: string, plain: string): string {
  return image === plain ? '' : `-${image}`;
}

/** References of one run of pungi's flow. */
export interface FlowTags {
  /** `quay.io/fedoraci/fedora-compose-base:43-202611230000` */
  readonly compose: string;
  /** `quay.io/fedoraci/fedora-bootc:43-202611230000-minimal`, by image. */
  readonly images: ReadonlyMap<string, string>;
}

/** The tags that a run of pungi's flow writes for a stream at a time. */
export function flowTags(set: ImageSet, stream: string, timestamp: string): FlowTags {
  const built = set.images.filter(({ made }) => made.of !== 'compose');
  const tag = `${stream}-${timestamp}`;
  return {
    compose: `${set.flow.compose}:${tag}`,
    images: new Map(built.map(({ name, suffix }) => [name, `${set.flow.images}:${tag}${suffix}`])),
  };
}
