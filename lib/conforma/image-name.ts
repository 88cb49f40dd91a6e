/** An image reference in its parts; tag and digest are empty where it has none. */
export interface ImageName {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** As lib/image/image.rego of conforma/policy parses it; undefined for text that is no image reference. */
export function parseImageName(text: string): ImageName | undefined {
  const trimmed = text.trim();
  if (!/^[A-Za-z0-9.-]+(?::[0-9]+)?\/.*$/.test(trimmed)) return undefined;
  const [name = '', digest = ''] = trimmed.split('@');
  const slash = name.lastIndexOf('/');
  const [last = '', tag = '', ...more] = name.slice(slash + 1).split(':');
  if (more.length > 0) return undefined;
  return { repository: `${name.slice(0, slash)}/${last}`, tag, digest };
}

/** Whether both name one image: the same in all, or the same repository and digest. */
export function isSameImage(one: string, other: string): boolean {
  const [a, b] = [parseImageName(one), parseImageName(other)];
  if (a === undefined || b === undefined || a.repository !== b.repository || a.digest !== b.digest)
    return false;
  return a.digest !== '' || a.tag === b.tag;
}
