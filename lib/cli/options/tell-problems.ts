import type { PlacedProblem } from '#lib/local';
import { type Paint, printable, workflowCommand } from '#lib/text';

/** All that is wrong in objects that were given: a line for each, with the place in its file and what stands there. */
export function tellProblems(problems: readonly PlacedProblem[], paint: Paint): string {
  const [first, ...more] = problems;
  if (!first) return '';
  const isOne = more.every(({ object }) => object === first.object);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const shown = problems.slice(0, MOST);
  const left = problems.length - shown.length;
  return [
    `error: ${isOne ? first.object : 'what was given'} is not valid: ${count}`,
    ...shown.map((problem) => tell(problem, isOne, paint)),
    ...(left > 0 ? [`and ${left} more`] : []),
    '',
  ].join('\n');
}

/** The first ones are mended first. */
const MOST = 20;

function tell(
  { object, named, message, source, place }: PlacedProblem,
  isOne: boolean,
  paint: Paint,
): string {
  const where = place ? `${place.file}:${place.line}:${place.column}` : source;
  const what = [...(isOne ? [] : [object]), ...(named === '' ? [] : [`${printable(named)}:`])].join(' ');
  const head = [paint('strong', where), what, printable(message, 500)]
    .filter((part) => part !== '')
    .join(' ');
  return place ? `${head}\n${numbered(place, paint)}` : head;
}

function numbered({ line, excerpt }: NonNullable<PlacedProblem['place']>, paint: Paint): string {
  const lines = excerpt.split('\n');
  const width = String(line).length;
  return lines
    .map((text, index) => {
      const number = line - (lines.length - 2) + index;
      const isMark = index === lines.length - 1;
      const margin = paint('dim', `  ${(isMark ? '' : String(number)).padStart(width)} |`);
      return `${margin} ${isMark ? paint('bad', text) : text}`;
    })
    .join('\n');
}

/** What GitHub shows beside the lines of a change (workflow commands). */
export function annotations(problems: readonly PlacedProblem[]): string {
  return problems
    .slice(0, MOST)
    .flatMap(({ object, named, message, place }) => {
      if (!place) return [];
      const text = printable(`${object}: ${named === '' ? '' : `${named}: `}${message}`, 1_000);
      const { file, line, column: col } = place;
      return [`${workflowCommand('error', { file, line, col }, text)}\n`];
    })
    .join('');
}
