import type { Floors } from './floors.ts';
import { TOP } from './rooms.ts';
import { tables } from './tables.ts';

const BEGIN =
  '<!-- floors: written by `node scripts/architecture.ts` from scripts/architecture/tables.ts -->';
const END = '<!-- end of floors -->';

/**
 * ARCHITECTURE.md with the tables as they are now between its marks.
 *
 * @throws {Error} where the marks are missing
 */
export function withTables(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`ARCHITECTURE.md has no lines "${BEGIN}" and "${END}"`);
  const shown = Object.entries(tables).map(([folder, floors]) => section(folder, floors));
  return [page.slice(0, begin + BEGIN.length), ...shown, page.slice(end)].join('\n\n');
}

function section(folder: string, floors: Floors): string {
  const rows = Object.entries(floors).map(
    ([room, imports]) => `| \`${room}\` | ${imports.map((one) => one.replace(/^lib\//, '')).join(', ')} |`,
  );
  const name = folder === TOP ? 'layer' : `of \`${folder}\``;
  return [`| ${name} | imports |`, '| --- | --- |', ...rows].join('\n');
}
