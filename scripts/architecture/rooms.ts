/** The top of the tree: a layer of lib is a room, and so is each other folder of the root. */
export const TOP = '.';

/**
 * The room of a folder that a file stands in: a file or a folder in it; undefined where it stands outside. Of `rooms`
 * that lie deeper, as `objects/api.gen.ts`, each is one of its own.
 */
export function roomIn(folder: string, file: string, rooms: readonly string[] = []): string | undefined {
  if (folder === TOP) return layerOf(file);
  if (!file.startsWith(`${folder}/`)) return undefined;
  const path = file.slice(folder.length + 1);
  const [first = ''] = path.split('/');
  return rooms.includes(path) ? path : first;
}

/** `lib/<layer>`, else the folder of the root. */
export function layerOf(file: string): string {
  return file
    .split('/')
    .slice(0, file.startsWith('lib/') ? 2 : 1)
    .join('/');
}

/** A door is a list of names, of any floor, and no room. */
export function isDoor(file: string): boolean {
  return file.endsWith('/index.ts');
}
