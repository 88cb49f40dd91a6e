import { createHash } from 'node:crypto';
import { type Descriptor, describe, type MemoryTarget, mediaTypeOf } from '#lib/oci';
import { attacks } from '#test/attack';
import { type ImageChoice, layerOf, pushBootcImage } from '#test/images/bootc-image';

interface Config {
  rootfs: { diff_ids: unknown[] };
  config: Record<string, unknown>;
}

/** Pushes an image whose configuration, or manifest, is changed before the push. */
function changed(
  change: (config: Config, manifest: { layers: { mediaType: string }[] }) => void,
  choice: ImageChoice = {},
): (target: MemoryTarget) => Promise<Descriptor> {
  return async (target) => {
    const root = await pushBootcImage(target, choice);
    const manifest = await json(target, root);
    const config = await json(target, manifest.config as unknown as Descriptor);
    change(config as never, manifest as never);
    const bytes = Buffer.from(JSON.stringify(config));
    const descriptor = describe(mediaTypeOf('config'), bytes);
    await target.push(descriptor, bytes);
    const text = Buffer.from(JSON.stringify({ ...manifest, config: descriptor }));
    const changedRoot = describe(mediaTypeOf('manifest'), text);
    await target.push(changedRoot, text);
    return changedRoot;
  };
}

async function json(target: MemoryTarget, descriptor: Descriptor): Promise<Record<string, unknown>> {
  const parts: Uint8Array[] = [];
  for await (const part of target.fetch(descriptor)) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}

const extra = [layerOf([{ path: 'usr/x', content: 'x' }])];
const random = createHash('sha256').update('another').digest('hex');

attacks([
  {
    name: 'a layer that is no layer',
    check: 'readable',
    says: /layer 2 is "text\/plain"/,
    wrong: changed(
      (_, manifest) => {
        const [, second] = manifest.layers;
        if (second) second.mediaType = 'text/plain';
      },
      { layers: extra },
    ),
    twin: { layers: extra },
  },
  {
    name: 'a layer without a diff_id',
    check: 'readable',
    says: /2 layers, the configuration 1 diff_ids/,
    wrong: changed((config) => void config.rootfs.diff_ids.pop(), { layers: extra }),
    twin: changed(() => {}, { layers: extra }),
  },
  {
    name: 'a diff_id without a layer',
    check: 'readable',
    says: /1 layers, the configuration 2 diff_ids/,
    wrong: changed((config) => void config.rootfs.diff_ids.push(`sha256:${random}`)),
    twin: changed(() => {}),
  },
  {
    name: 'a diff_id of another layer',
    says: /diff_id/,
    wrong: changed((config) => {
      config.rootfs.diff_ids[0] = `sha256:${random}`;
    }),
    twin: changed(() => {}),
  },
  {
    name: 'labels that are a list',
    says: /configuration/,
    wrong: changed((config) => {
      config.config.Labels = ['containers.bootc=1'];
    }),
    twin: changed((config) => {
      config.config.Env = null;
    }),
  },
  {
    name: 'a command that is text',
    says: /configuration/,
    wrong: changed((config) => {
      config.config.Cmd = '/sbin/init';
    }),
    twin: changed((config) => {
      config.config.Cmd = null;
    }),
  },
]);
