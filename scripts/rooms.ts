// Counts rooms, arrows and floors of the tree as it is, or of commits: `node scripts/rooms.ts [commit…]`.
import { parseArgs } from 'node:util';
import { type Count, countRooms } from './architecture/count.ts';
import { readImports } from './architecture/imports.ts';
import { isTest, sourcesAt, sourcesHere } from './architecture/sources.ts';

/** How many folders are shown, those with the most arrows. */
const SHOWN = 12;

const { positionals: commits } = parseArgs({ allowPositionals: true });
for (const commit of commits.length > 0 ? commits : [undefined]) {
  const texts = commit === undefined ? sourcesHere() : sourcesAt(commit);
  const counts = countRooms(readImports(new Map([...texts].filter(([file]) => !isTest(file)))));
  console.log(`\n${commit ?? 'as it is here'}\n\n${tableOf(counts)}`);
}

function tableOf(counts: readonly Count[]): string {
  const most = counts.toSorted((a, b) => b.arrows - a.arrows).slice(0, SHOWN);
  const rows = most.map(
    ({ folder, rooms, arrows, floors, inCircles }) =>
      `| ${folder} | ${rooms} | ${arrows} | ${floors} | ${inCircles} |`,
  );
  const sum = (value: (count: Count) => number) => counts.reduce((all, count) => all + value(count), 0);
  return [
    '| folder | rooms | arrows | floors | rooms in circles |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    `| all ${counts.length} folders | ${sum(({ rooms }) => rooms)} | ${sum(({ arrows }) => arrows)} | | ${sum(({ inCircles }) => inCircles)} |`,
  ].join('\n');
}
