import type { ClusterApi } from '#lib/cluster-api';
import type { Slots } from '#lib/process';
import type { Emit } from '#lib/runs';
import type { Breakpoint, OnBreak } from '../breakpoints/breakpoint.ts';
import type { AppendFile } from '../files/append-file.ts';
import type { FeatureFlags } from '../model/feature-flags.ts';
import type { Objects } from '../objects/objects.ts';
import type { Backend } from '../pod/backend.ts';
import type { ImageMap } from '../pod/image-map.ts';
import type { Resolvers } from '../resolvers/resolve.ts';
import type { StepClock } from './step-clock.ts';

/** What every part of a run works with. */
export interface Engine {
  readonly backend: Backend;
  readonly objects: Objects;
  /** The API of the run; undefined where no step could ask it for anything. */
  readonly cluster: ClusterApi | undefined;
  readonly resolvers: Resolvers;
  readonly imageMap: ImageMap;
  readonly flags: FeatureFlags;
  readonly emit: Emit;
  /** Where steps stop for somebody to look. */
  readonly debug: {
    readonly breakpoints: readonly Breakpoint[];
    readonly onBreak: OnBreak | undefined;
  };
  readonly slots: Slots;
  readonly clock: StepClock;
  /** Where volumes are made; removed at the end. */
  readonly workDirectory: string;
  /** The directory of a PersistentVolumeClaim of this run. */
  readonly claim: (name: string) => Promise<string>;
  /** Opens the file that keeps what a step writes. */
  readonly openLog: (taskRun: string, step: string) => Promise<AppendFile>;
  /** What to wait for where events come faster than they are written. */
  readonly drained: () => Promise<unknown> | undefined;
}
