import pMap from 'p-map';
import { type Catalog, pipelineObject, stepActionObject, taskObject } from '#lib/catalog';
import {
  type Descriptor,
  findTag,
  isAlreadyThere,
  type ReadableTarget,
  type Reference,
  type RegistryClient,
  type Repository,
} from '#lib/oci';
import type { Pipeline, StepAction, Task } from '#lib/tekton';
import type { Migration } from '#lib/versions';
import { bundleOf, bundleRef } from './bundle-ref.ts';
import { inOrder } from './in-order.ts';
import type { Item, TagMove } from './item.ts';
import { migrationItems } from './migrations.ts';
import { type ItemKind, repositoryOf, tagsOf } from './names.ts';
import { packObject } from './pack.ts';
import { publicAddress } from './public-address.ts';
import { refuseSameVersion } from './review.ts';
import { isSameButForRevision } from './same.ts';
import type { Source } from './source.ts';
import { findStepImage, type StepImage } from './step-image.ts';

export interface PlanInput {
  readonly catalog: Catalog;
  /** Registry and what lies in it, before the publication's folder (`/tekton-catalog/…`). */
  readonly prefix: string;
  readonly stepImage: StepImage;
  /** The image of the command, which is published beside it where there is one. */
  readonly commandImage?: StepImage;
  readonly source: Source;
  /** Tags beside `<version>` and `<version>-<revision>`; they may use {version}, {major} and {minor}. */
  readonly floatingTags?: readonly string[];
  readonly format?: 'oci' | 'tkn';
  /** Scripts by the name of their task. */
  readonly migrations?: ReadonlyMap<string, readonly Migration[]>;
  /** Allows other content under a published version; for registries that nobody relies on. */
  readonly isSameVersionAllowed?: boolean;
  /** URI of who publishes, for the provenance; a workstation by default. */
  readonly builder?: string;
}

/** What is to be published, in the order in which one needs the other: step image, migrations, StepActions, tasks, pipelines. */
export interface Plan {
  readonly source: Source;
  readonly builder: string;
  /** Where the step image keeps the steps, and the list of the packages in them. */
  readonly stepDirectory?: string | undefined;
  readonly items: readonly Item[];
}

/** Bundles under way at once, unless told. */
export const CONCURRENCY = 4;

/**
 * Packs everything in memory and finds out what the registries have of it; writes nothing anywhere.
 *
 * @throws {InvalidObjectError} for an object that a cluster would refuse
 * @throws {RegistryError} when a registry cannot be read
 */
export async function planPublication(client: RegistryClient, given: PlanInput): Promise<Plan> {
  const source = { ...given.source, url: publicAddress(given.source.url, 'the source') };
  const input = { ...given, source };
  const { catalog } = input;
  const image = await imageItem(client, input, 'steps', input.stepImage);
  const { commandImage } = input;
  const command = commandImage && (await imageItem(client, input, 'bootc-catalog', commandImage));
  const { stepDirectory } = catalog;
  const planAction = async (action: NonNullable<Catalog['stepActions']>[number]) => {
    const object = stepActionObject(action, image.reference);
    return { object, item: await bundleItem(client, input, 'stepaction', action, object) };
  };
  const plannedActions = await pMap(catalog.stepActions ?? [], planAction, { concurrency: CONCURRENCY });
  const stepActions = plannedActions.map(({ item }) => item);
  const knownActions = new Map(plannedActions.map(({ item, object }) => [item.reference, object]));
  const actionOptions = {
    stepDirectory,
    platforms: catalog.publication?.platforms,
    stepActionRef: ({ name }: { readonly name: string }) => bundleRef('stepaction', name, stepActions),
  };
  const planTask = async (task: Catalog['tasks'][number]) => {
    const object = taskObject(task, image.reference, actionOptions, {
      stepActions: (ref) => knownActions.get(bundleOf(ref)),
    });
    const item = await bundleItem(client, input, 'task', task, object);
    const scripts = input.migrations?.get(task.name) ?? [];
    const migrations = await migrationItems(item.destination, task.name, scripts, source);
    return { object, item, migrations };
  };
  const planned = await pMap(catalog.tasks, planTask, { concurrency: CONCURRENCY });
  const tasks = planned.map(({ item }) => item);
  const migrations = planned.flatMap((one) => one.migrations);
  const known = new Map(planned.map(({ item, object }) => [item.reference, object]));
  const pipelines: Item[] = [];
  for (const pipeline of inOrder(catalog.pipelines)) {
    const object = pipelineObject(
      pipeline,
      {
        image: image.reference,
        ...actionOptions,
        taskRef: ({ name }) => bundleRef('task', name, tasks),
        pipelineRef: ({ name }) => bundleRef('pipeline', name, pipelines),
      },
      { tasks: (ref) => known.get(bundleOf(ref)) },
    );
    pipelines.push(await bundleItem(client, input, 'pipeline', pipeline, object));
  }
  const builder = publicAddress(input.builder ?? `${source.url}#workstation`, 'the builder');
  return {
    source,
    builder,
    stepDirectory,
    items: [
      image,
      ...(command === undefined ? [] : [command]),
      ...migrations,
      ...stepActions,
      ...tasks,
      ...pipelines,
    ],
  };
}

async function imageItem(
  client: RegistryClient,
  input: PlanInput,
  name: string,
  image: StepImage,
): Promise<Item> {
  const { prefix, catalog } = input;
  const destination = repositoryOf(prefix, 'step-image', name, catalog.publication?.folder);
  const found = await findStepImage(image);
  return item(client, input, {
    kind: 'step-image',
    name,
    destination,
    from: image.from,
    ...found,
  });
}

async function bundleItem(
  client: RegistryClient,
  input: PlanInput,
  kind: 'task' | 'pipeline' | 'stepaction',
  { name, version }: { readonly name: string; readonly version: string },
  object: Task | Pipeline | StepAction,
): Promise<Item> {
  const { folder, licenses } = input.catalog.publication ?? {};
  const { source, format } = input;
  const bundle = await packObject(object, { name, version, licenses, source, format });
  const destination = repositoryOf(input.prefix, kind, name, folder);
  const packed = await item(client, input, { kind, name, version, destination, ...bundle });
  const published = packed.tags.find(({ tag }) => tag === version)?.from;
  if (published !== undefined && !input.isSameVersionAllowed) {
    await refuseSameVersion(packed.destination, published, object);
  }
  return { ...packed, object, license: licenses };
}

interface Packed {
  readonly kind: ItemKind;
  readonly name: string;
  readonly version: string;
  readonly destination: Reference;
  readonly from: ReadableTarget;
  readonly root: Descriptor;
}

async function item(client: RegistryClient, input: PlanInput, packed: Packed): Promise<Item> {
  const { kind, name, version, from } = packed;
  const destination = client.repository(packed.destination);
  const { fixed, moving } = tagsOf(version, input.source.revision, input.floatingTags ?? []);
  const published = await findTag(destination, version);
  // A new revision that changes nothing else is no reason for a new digest, and an update of everybody who uses it.
  const isSame =
    published !== undefined && (await isSameButForRevision(destination, published, from, packed.root));
  const root = isSame ? published : packed.root;
  const tags = await movesOf(destination, root, isSame ? moving : [fixed, ...moving]);
  return {
    kind,
    name,
    version,
    destination,
    root,
    from,
    tags,
    reference: `${destination.name}:${version}@${root.digest}`,
    isThere: isSame || (await isAlreadyThere(destination, root)),
    needsAttachments: !isSame,
  };
}

async function movesOf(
  destination: Repository,
  root: Descriptor,
  tags: readonly string[],
): Promise<TagMove[]> {
  const found = await Promise.all(
    tags.map(async (tag) => ({ tag, from: (await findTag(destination, tag))?.digest })),
  );
  return found.filter(({ from }) => from !== root.digest);
}
