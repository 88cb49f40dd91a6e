import type { Backend, ContainerOutput } from './backend.ts';
import type { Emit } from './events.ts';
import type { FeatureFlags } from './feature-flags.ts';
import type { ImageMap } from './image-map.ts';
import type { Objects } from './objects.ts';
import type { Resolvers } from './resolve.ts';
import type { Slots } from './slots.ts';
import type { StepClock } from './step-clock.ts';

/** What every part of a run works with. */
export interface Engine {
  readonly backend: Backend;
  readonly objects: Objects;
  readonly resolvers: Resolvers;
  readonly imageMap: ImageMap;
  readonly flags: FeatureFlags;
  readonly emit: Emit;
  readonly slots: Slots;
  readonly clock: StepClock;
  /** Where volumes are made; removed at the end. */
  readonly workDirectory: string;
  /** The directory of a PersistentVolumeClaim of this run. */
  readonly claim: (name: string) => Promise<string>;
  /** Keeps what a step writes. */
  readonly openLog: (taskRun: string, step: string) => StepLog;
}

export interface StepLog {
  readonly write: ContainerOutput;
  readonly end: () => Promise<void>;
}
