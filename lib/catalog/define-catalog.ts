import { fileURLToPath } from 'node:url';
import {
  type PipelineDefinition,
  STEP_DIRECTORY,
  type StepActionDefinition,
  type TaskDefinition,
} from '#lib/tekton';
import { type CatalogFolders, type DefinedCatalog, defaultFolders, type Publication } from './catalog.ts';
import { InvalidCatalogError } from './errors.ts';
import { findPipelines, findStepActions, findTasks } from './find-definitions.ts';
import { publishedFile, readPublished } from './published.ts';

export interface CatalogOptions {
  /** Directory that everything is relative to: `new URL('.', import.meta.url)` beside the module that calls this. */
  readonly root: URL | string;
  /** Without a tag it is published as `latest`; by default `<prefix>/<folder>/steps:latest` of the publication. */
  readonly stepImage?: string;
  /** `/usr/libexec/bootc-catalog` by default. */
  readonly stepDirectory?: string;
  readonly folders?: Partial<CatalogFolders>;
  readonly publication?: Publication;
  /** Other objects to render, by path below the rendered ones: `rbac/releaser` for rbac/releaser.yaml. */
  readonly manifests?: Readonly<Record<string, object>>;
  /** By default what lies in the folders: a new task is one folder, and no line anywhere else. */
  readonly tasks?: readonly TaskDefinition[];
  readonly pipelines?: readonly PipelineDefinition[];
  readonly stepActions?: readonly StepActionDefinition[];
  /** `bootc-catalog/step` by default. */
  readonly stepRunner?: string;
}

/**
 * A catalog and where its files are. `catalog.ts` exports one by the name `catalog`:
 *
 * @example
 * export const catalog = await defineCatalog({
 *   root: new URL('.', import.meta.url),
 *   publication: { prefix: 'quay.io/me', floatingTags: ['latest'], platforms: ['linux/amd64'], source: 'https://…' },
 * });
 *
 * @throws {InvalidCatalogError} naming the file that does not define what its place says, or the option
 */
export async function defineCatalog(options: CatalogOptions): Promise<DefinedCatalog> {
  const root = options.root instanceof URL ? fileURLToPath(options.root) : options.root;
  const folders = { ...defaultFolders, ...options.folders };
  for (const [name, folder] of Object.entries(folders)) refuseOutside(`folders.${name}`, folder);
  for (const path of Object.keys(options.manifests ?? {})) refuseManifest(path);
  const { publication, stepDirectory = STEP_DIRECTORY } = options;
  if (!/^(?:\/[\w.-]+)+$/.test(stepDirectory) || /\/\.\.?(?:\/|$)/.test(stepDirectory)) {
    throw new InvalidCatalogError(`stepDirectory is ${JSON.stringify(stepDirectory)}`, {
      hint: 'give an absolute path without a slash at its end: /usr/libexec/my-catalog',
    });
  }
  return {
    root: root.replace(/(?<=.)\/+$/, ''),
    tasks: options.tasks ?? (await findTasks(root, folders.tasks)),
    pipelines: options.pipelines ?? (await findPipelines(root, folders.pipelines)),
    stepActions: options.stepActions ?? (await findStepActions(root, folders.stepActions)),
    stepImage: options.stepImage ?? publishedStepImage(publication),
    stepDirectory,
    folders,
    stepRunner: options.stepRunner ?? 'bootc-catalog/step',
    ...(publication && { publication }),
    ...(options.manifests && { manifests: options.manifests }),
    published: readPublished(`${root}/${publishedFile(folders)}`),
  };
}

/** Generated files replace what lies there, so that a folder must not lead out of the catalog. */
function refuseOutside(option: string, folder: string): void {
  if (/^[\w.-]+(?:\/[\w.-]+)*$/.test(folder) && !folder.split('/').some((part) => /^\.\.?$/.test(part)))
    return;
  throw new InvalidCatalogError(`${option} is ${JSON.stringify(folder)}`, {
    hint: 'give a path below the root of the catalog, such as bundles/rendered',
  });
}

/** Tasks, pipelines and StepActions are rendered where these names would be. */
function refuseManifest(path: string): void {
  refuseOutside(`manifests[${JSON.stringify(path)}]`, path);
  if (!/^(?:tasks|pipelines|stepactions)(?:\/|$)/.test(path)) return;
  throw new InvalidCatalogError(`manifests has ${JSON.stringify(path)}, where definitions are rendered`, {
    hint: 'give it a folder of its own, such as rbac/releaser',
  });
}

function publishedStepImage(publication: Publication | undefined): string {
  if (publication === undefined) {
    throw new InvalidCatalogError('the catalog does not say which image holds its steps', {
      hint: 'give defineCatalog a stepImage, or a publication',
    });
  }
  return `${publication.prefix}/${publication.folder ?? 'tekton-catalog'}/steps:latest`;
}
