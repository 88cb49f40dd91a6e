import { packBundle } from '#lib/bundle';
import { pipelineObject, taskObject } from '#lib/catalog';
import { packLayer, pushImage, type RegistryClient } from '#lib/oci';
import type { Pipeline, Task, TaskRef } from '#lib/tekton';
import { pipelines, publication, tasks } from '../../bundles/catalog.ts';

export interface PublishedCatalog {
  readonly tasks: readonly Task[];
  readonly pipelines: readonly Pipeline[];
  /** As its readers refer to it, by tag and digest. */
  reference(kind: 'task' | 'pipeline', name: string): string;
}

/** The name that the outside world has for what a registry on loopback holds. */
const outside = publication.prefix.slice(0, publication.prefix.indexOf('/'));

/** Publishes the whole catalog under one version, and moves the tag `latest`. */
export async function publishCatalog(
  client: RegistryClient,
  host: string,
  version: string,
): Promise<PublishedCatalog> {
  const references = new Map<string, string>();
  const put = async (kind: 'task' | 'pipeline', object: Task | Pipeline) => {
    const name = `${publication.prefix}/tekton-catalog/${kind}-${object.metadata?.name}`;
    const target = client.repository(name.replace(outside, host));
    const root = await packBundle(target, [object], { annotations: { version } });
    for (const tag of [version, 'latest']) await target.tag(root, tag);
    references.set(`${kind}-${object.metadata?.name}`, `${name}:${version}@${root.digest}`);
  };
  const reference = (kind: 'task' | 'pipeline', name: string) => {
    const found = references.get(`${kind}-${name}`);
    if (found === undefined) throw new Error(`the ${kind} ${name} was not published`);
    return found;
  };

  const stepImage = `${publication.prefix}/tekton-catalog/steps`;
  const image = await pushSmallImage(client, host, `${stepImage}:${version}`);
  await pushSmallImage(client, host, `${stepImage}:latest`);
  const taskObjects = tasks.map((task) => taskObject(task, image));
  for (const object of taskObjects) await put('task', object);
  const known = (ref: TaskRef) => taskObjects.find(({ metadata }) => metadata?.name === nameOf(ref));
  const pipelineObjects = pipelines.map((pipeline) =>
    pipelineObject(
      pipeline,
      { image, taskRef: ({ name }) => bundleRef('task', name, reference('task', name)) },
      { tasks: known },
    ),
  );
  for (const object of pipelineObjects) await put('pipeline', object);
  return { tasks: taskObjects, pipelines: pipelineObjects, reference };
}

export function bundleRef(kind: 'task' | 'pipeline', name: string, bundle: string): TaskRef {
  return {
    resolver: 'bundles',
    params: [
      { name: 'bundle', value: bundle },
      { name: 'name', value: name },
      { name: 'kind', value: kind },
    ],
  };
}

/** Pushes an image like no other, and tells the reference to it with its digest. */
export async function pushSmallImage(
  client: RegistryClient,
  host: string,
  reference: string,
): Promise<string> {
  const [, repository = '', tag = ''] = /^[^/]+\/(.+):([^:]+)$/.exec(reference) ?? [];
  const layers = [await packLayer([{ path: 'file', content: `${reference} ${counter++}` }])];
  const config = { os: 'linux', architecture: 'amd64' };
  const { digest } = await pushImage(client.repository(`${host}/${repository}`), {
    config,
    layers,
    tags: [tag],
  });
  return `${reference}@${digest}`;
}

let counter = 0;

function nameOf({ params = [] }: TaskRef): unknown {
  return params.find(({ name }) => name === 'name')?.value;
}
