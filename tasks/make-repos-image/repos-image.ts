import { type Compose, type ComposeOfRole, InvalidComposeError } from '#lib/compose';
import {
  type Descriptor,
  type Options,
  type Platform,
  packLayer,
  pushImage,
  pushIndex,
  type Target,
} from '#lib/oci';
import { quoted } from '#lib/text';
import { isRawhide, newestCompose } from './release.ts';
import { type RepoOptions, reposFiles } from './repos-layer.ts';

export interface ReposImage extends RepoOptions {
  readonly platforms: readonly Platform[];
  /** Set in this order. */
  readonly tags: readonly string[];
}

/** Pushes the same layer for every platform, under one index: there is nothing in it to run. */
export async function pushReposImage(
  target: Target,
  composes: readonly ComposeOfRole[],
  image: ReposImage,
  options: Options & { readonly onPushed?: (platform: Platform) => void } = {},
): Promise<Descriptor> {
  const newest = newestCompose(composes);
  const created = dateOf(newest.info.compose.date);
  const layer = await packLayer(reposFiles(composes, image), { mtime: created.getTime() / 1000 });
  const manifests: Descriptor[] = [];
  for (const platform of image.platforms) {
    const config = {
      ...platform,
      created: created.toISOString(),
      config: { Labels: labelsOf(composes, newest, image.releasever) },
    };
    manifests.push(await pushImage(target, { config, layers: [layer] }, options));
    options.onPushed?.(platform);
  }
  const annotations = { 'redhat.compose-id': newest.id };
  return pushIndex(target, { manifests, annotations, tags: image.tags }, options);
}

/** The image is known by the newest compose; of several each has labels of its own. */
function labelsOf(
  composes: readonly ComposeOfRole[],
  compose: Compose,
  releasever: string,
): Readonly<Record<string, string>> {
  const each = composes.flatMap(({ role, compose: { id, location } }) =>
    role === undefined
      ? []
      : [
          [`org.fedoraproject.compose.${role}.id`, id],
          [`org.fedoraproject.compose.${role}.url`, location],
        ],
  );
  return {
    ...Object.fromEntries(each),
    'redhat.compose-id': compose.id,
    'org.fedoraproject.compose.id': compose.id,
    'org.fedoraproject.compose.url': compose.location,
    'org.opencontainers.image.version': releasever,
    [isRawhide(compose, releasever) ? 'compose-rawhide-id' : 'compose-branched-id']: compose.id,
  };
}

/** The day of the compose: the same compose gives the same image, whenever it is made. */
function dateOf(date: string): Date {
  const parts = /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/.exec(date)?.groups;
  if (!parts) throw new InvalidComposeError(`composeinfo.json has the date ${quoted(date)}, not YYYYMMDD`);
  return new Date(Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day)));
}
