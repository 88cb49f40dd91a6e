import type { PipelineDefinition, StepActionDefinition, TaskDefinition } from '#lib/tekton';

/** Definitions and what their objects are made with. */
export interface Catalog {
  readonly tasks: readonly TaskDefinition[];
  readonly pipelines: readonly PipelineDefinition[];
  readonly stepActions?: readonly StepActionDefinition[];
  /** The image that holds every step; a digest is added when it is published. */
  readonly stepImage: string;
  /** Where the step image keeps an entrypoint for each step: `<directory>/<task>/<step>`. */
  readonly stepDirectory?: string;
  readonly folders?: CatalogFolders;
  /** Other objects that a cluster needs for them, such as Roles: `<rendered>/<path>.yaml` by path. */
  readonly manifests?: Readonly<Record<string, object>>;
  readonly publication?: Publication;
  /** What was published last, for the pages. */
  readonly published?: Published;
}

/** Where a catalog keeps its files, relative to its root. */
export interface CatalogFolders {
  /** `<tasks>/<name>/task.ts`, a file for each step, tests, CHANGELOG.md, migrations; README.md is generated. */
  readonly tasks: string;
  /** `<pipelines>/<name>.ts`, and `<name>.changelog.md`; `<name>.md` is generated. */
  readonly pipelines: string;
  /** `<stepActions>/<name>/step-action.ts` and CHANGELOG.md; README.md is generated. */
  readonly stepActions: string;
  /** `<rendered>/{tasks,pipelines,stepactions}/<name>.yaml` and manifests, generated; nothing else may lie there. */
  readonly rendered: string;
}

export const defaultFolders: CatalogFolders = {
  tasks: 'tasks',
  pipelines: 'pipelines',
  stepActions: 'stepactions',
  rendered: 'bundles/rendered',
};

/** Where a catalog is published, unless the command line says otherwise. */
export interface Publication {
  /** Registry and what lies in it: `quay.io/bootc-devel`. */
  readonly prefix: string;
  /** What follows the prefix in the name of every repository; `tekton-catalog` by default, as Konflux has it. */
  readonly folder?: string;
  readonly floatingTags: readonly string[];
  /** Platforms that the step image is published for. */
  readonly platforms: readonly string[];
  /** URL of the repository. */
  readonly source: string;
  /** SPDX expression, for the annotations. */
  readonly licenses?: string;
}

/** What a bundle was published as: `<repository>:<version>@<digest>`, by `task-<name>` or `pipeline-<name>`. */
export type Published = Readonly<Record<string, string>>;

/** A catalog that knows its root, with everything that lies there found. */
export interface DefinedCatalog extends Catalog {
  /** Absolute path. */
  readonly root: string;
  readonly stepActions: readonly StepActionDefinition[];
  readonly stepDirectory: string;
  readonly folders: CatalogFolders;
  /** Module whose `runStep` runs a step of the step image, as a file below the root would import it. */
  readonly stepRunner: string;
}
