/** How podman works on this machine. */
export interface Invocation {
  /** Global options, before the subcommand. */
  readonly global: readonly string[];
  /** Whether containers can have a process 1 that ends a program which does not know how to be that. */
  readonly hasInit: boolean;
  /** Whether limits must be set that are lower than podman's own. */
  readonly hasSmallLimits: boolean;
  /** Whether limits of a step's own, on memory and processors, can be set. */
  readonly hasResourceLimits: boolean;
  /** Whether an overlay can be put over this machine's root; the kernel does not let a user who is not root. */
  readonly overlaysRoot: boolean;
  /** How a pod gets a network namespace of its own; `host` where none can be made. */
  readonly podNetwork: PodNetwork;
}

/** As podman names them; `private` is what it takes by itself: a bridge for root, pasta or slirp4netns for others. */
export type PodNetwork = 'slirp4netns' | 'private' | 'host';
