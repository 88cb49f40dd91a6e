import { extensionOf } from '../bootc/rust.ts';
import type { PlatformCheck, Unseen } from '../check-definition.ts';
import type { ImageRootfs } from '../facts.ts';
import { inEach, linesOf, look, namesIn, utf8Of } from '../look.ts';

const DIRECTORY = 'usr/lib/bootc/bound-images.d';

export const boundImages: PlatformCheck = {
  id: 'bound-images',
  severity: 'fail',
  description: 'Every image that is bound to this one can be read.',
  looksAt:
    'What is in `/usr/lib/bootc/bound-images.d`: links to `.image` and `.container` files of podman, their `Image` and `AuthFile`.',
  why: 'bootc pulls bound images before it installs or updates, and stops at one that it cannot read.',
  mend: 'Make a link to a file below `/usr/share/containers/systemd` that has `Image=` in its section `[Image]` or `[Container]`, without specifiers such as `%a`, and without `AuthFile=`.',
  follows: 'query_bound_images (crates/lib/src/boundimage.rs)',
  platform: ({ rootfs }): (string | Unseen)[] =>
    inEach(namesIn(rootfs, DIRECTORY), (name) =>
      problemsOf(rootfs, name).map((problem) => `/${DIRECTORY}/${name} ${problem}`),
    ),
};

/** The section that has the image, by the ending of the name. */
const sections: ReadonlyMap<string | undefined, string> = new Map([
  ['image', 'Image'],
  ['container', 'Container'],
]);

function problemsOf(rootfs: ImageRootfs, name: string): string[] {
  const path = `${DIRECTORY}/${name}`;
  if (rootfs.get(path)?.type !== 'symlink') return ['is no symbolic link'];
  const seen = look(rootfs, path);
  if (seen.kind === 'absent') return ['leads nowhere'];
  const section = sections.get(extensionOf(name));
  if (section === undefined) return ['is neither a .image nor a .container file'];
  const values = valuesOf(utf8Of(seen.bytes, path), section);
  const image = values.get('Image');
  return [
    ...(image === undefined ? [`has no Image in [${section}]`] : []),
    ...(/^(?:[^%]|%%)*$/.test(image ?? '') ? [] : ['has a specifier in its Image']),
    ...(section === 'Image' && values.has('AuthFile') ? ['has an AuthFile'] : []),
  ];
}

/** What one section says; a later value counts, as for the crate tini, which bootc reads these files with. */
function valuesOf(text: string, section: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let isIn = false;
  for (const line of linesOf(text)) {
    const name = /^\s*\[(?<name>[^\]]*)\]/.exec(line)?.groups?.name;
    if (name !== undefined) isIn = name === section;
    const [key = '', ...rest] = line.split('=');
    if (isIn && rest.length > 0) values.set(key.trim(), rest.join('=').trim());
  }
  return values;
}
