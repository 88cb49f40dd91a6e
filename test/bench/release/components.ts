import { randomBytes } from 'node:crypto';
import { createRegistryClient, type Digest, packLayer, parseReference, pushImage, pushIndex } from '#lib/oci';

export interface ComponentsChoice {
  readonly count: number;
  readonly platforms: readonly string[];
  /** Bytes of each layer of a platform. */
  readonly layers: readonly number[];
}

/** A component as a Snapshot names it: `<host>/staging/<name>@<digest>`. */
export interface Component {
  readonly name: string;
  readonly digest: Digest;
}

/** Content of a layer, by its place, so that two registries get the same components. */
const known = new Map<string, Buffer>();

/** Pushes components, each an index of several platforms, to `staging/<name>` of a registry. */
export async function pushComponents(
  host: string,
  { count, platforms, layers }: ComponentsChoice,
): Promise<readonly Component[]> {
  using client = createRegistryClient();
  const components: Component[] = [];
  for (let index = 0; index < count; index++) {
    const name = `c${index}`;
    const target = client.repository(parseReference(`${host}/staging/${name}`));
    const manifests = [];
    for (const architecture of platforms) {
      const parts = await Promise.all(
        layers.map((size, layer) =>
          packLayer(
            [{ path: `part-${layer}`, content: contentOf(`${name} ${architecture} ${layer}`, size) }],
            {
              compression: 'none',
            },
          ),
        ),
      );
      const labels = { version: '43' };
      const config = {
        os: 'linux',
        architecture,
        created: '2026-11-27T00:00:00Z',
        config: { Labels: labels },
      };
      manifests.push(await pushImage(target, { config, layers: parts }));
    }
    components.push({ name, digest: (await pushIndex(target, { manifests })).digest });
  }
  return components;
}

/** What is large is not kept: it is pushed once. */
function contentOf(place: string, size: number): Buffer {
  const key = `${place} ${size}`;
  const content = known.get(key) ?? randomBytes(size);
  if (size <= 1024 * 1024) known.set(key, content);
  return content;
}
