import type { Server } from 'node:net';
import type { Probe, SecurityContext } from '../model/api.ts';
import type { Limits } from './compute-resources.ts';
import type { Variable } from './environment.ts';
import type { ImageSource } from './image-map.ts';

/** What containers run on. One implementation is enough; the interface keeps Tekton's rules out of it. */
export interface Backend {
  /** What an image says about itself, pulled where it is not here; asked once for each. */
  inspectImage(source: ImageSource, pullPolicy: string | undefined, signal: AbortSignal): Promise<ImageFacts>;
  /** The home of who runs a container, by name or number; undefined where we may not enter it. */
  homeOf(source: ImageSource, user: string): Promise<string | undefined>;
  startPod(options: PodOptions): Promise<BackendPod>;
  /** Ends and removes everything that is left of the run. */
  close(): Promise<void>;
}

export interface ImageFacts {
  readonly id: string;
  readonly user: string;
  readonly hasCommand: boolean;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

export interface PodOptions {
  readonly name: string;
  readonly hostNetwork: boolean;
  /**
   * Whether its network has to be there before and after each container: more than one runs at a time and they meet on
   * one loopback, or somebody listens for them.
   */
  readonly keepsNetwork: boolean;
  readonly hostAliases: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  /** Whether a step that is told to end has work to do elsewhere, and gets the time for it that a kubelet gives. */
  readonly endsSlowly: boolean;
}

export interface BackendPod {
  /** Runs a container to its end. An abort ends it; how it ended is in the result. */
  run(
    container: ContainerRequest,
    output: ContainerOutput,
    signal: AbortSignal,
    started?: ContainerStarted,
  ): Promise<ContainerEnd>;
  start(container: ContainerRequest, output: ContainerOutput): Promise<RunningContainer>;
  /**
   * Listens on the loopback of its network, at a free port, until it is stopped: of what is not in that network, nobody
   * reaches it. Its network must be kept.
   */
  listen(): Promise<Server>;
  /** Removes its containers, without waiting for it. */
  stop(): void;
}

/** Is told the container's id, and the program with its options by which a person reaches it. */
export type ContainerStarted = (id: string, program: readonly string[]) => void;

/** Why `BackendPod.run` is aborted where a step has had its time: the reason of the signal. Nothing may clean up then. */
export class StepTimeout extends Error {
  override readonly name = 'StepTimeout';
}

export interface ContainerRequest {
  readonly name: string;
  readonly image: ImageSource;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[];
  readonly environment: readonly Variable[];
  readonly workingDir: string | undefined;
  readonly mounts: readonly { readonly source: string; readonly path: string; readonly readOnly: boolean }[];
  readonly security: SecurityContext;
  /** Kept where the machine can. */
  readonly limits: Limits;
  readonly groups: readonly number[];
}

/** Takes what a container writes, as it comes. */
export interface ContainerOutput {
  readonly write: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
  /** What to wait for before more is taken; undefined where nothing piles up. */
  readonly drained: () => Promise<unknown> | undefined;
}

/** The container's own account of its time. */
export interface ContainerEnd {
  readonly id: string;
  readonly exitCode: number;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly oomKilled: boolean;
  /** Its program is not there, or is none. */
  readonly isMissing?: boolean;
}

export interface RunningContainer {
  readonly ended: Promise<ContainerEnd>;
  /** Whether a probe holds now. */
  probe(probe: Probe): Promise<boolean>;
  stop(): Promise<void>;
}
