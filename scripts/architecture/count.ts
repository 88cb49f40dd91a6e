import { circlesOf, floorsOf, roomGraph } from './graph.ts';
import type { Imports } from './imports.ts';
import { isDoor, roomIn, TOP } from './rooms.ts';
import { tables } from './tables.ts';

/** How a folder is built, seen from inside it: its files and folders are rooms, and an import between two an arrow. */
export interface Count {
  readonly folder: string;
  readonly rooms: number;
  readonly arrows: number;
  /** The longest way down; rooms that import each other stand on one floor. */
  readonly floors: number;
  /** Rooms that import each other, at any distance. */
  readonly inCircles: number;
}

/** The count of each folder that has more than one room, and of the top of the tree; tests and doors are left out. */
export function countRooms(imports: Imports): readonly Count[] {
  const inside = new Map([...imports].filter(([file]) => file.includes('/')));
  return [TOP, ...foldersOf(inside.keys()).filter((folder) => folder !== 'lib')]
    .map((folder) => countIn(folder, inside))
    .filter(({ rooms }) => rooms > 1);
}

/** Every folder that holds a file, at any depth, sorted. */
export function foldersOf(files: Iterable<string>): readonly string[] {
  const folders = new Set<string>();
  for (const file of files) {
    const parts = file.split('/').slice(0, -1);
    for (const [index] of parts.entries()) folders.add(parts.slice(0, index + 1).join('/'));
  }
  return [...folders].sort();
}

function countIn(folder: string, imports: Imports): Count {
  const seen = folder === TOP ? imports : new Map([...imports].filter(([file]) => !isDoor(file)));
  const named = Object.keys(tables[folder] ?? {});
  const graph = roomGraph(seen, (file) => roomIn(folder, file, named));
  const floors = [...floorsOf(graph).values()];
  return {
    folder,
    rooms: graph.size,
    arrows: [...graph.values()].reduce((sum, { size }) => sum + size, 0),
    floors: Math.max(0, ...floors),
    inCircles: circlesOf(graph).flat().length,
  };
}
