import { decidingFiles } from './folders.ts';
import { lineOf, oneLine, percent, type Survivor, type Verdict } from './judge.ts';

/** docs/mutants.md */
export function page(verdicts: readonly Verdict[], seconds: number): string {
  return `# Mutants

Written by \`make mutants\` (${seconds} seconds): every small change of a source that decides something, and whether a test that
starts no program notices. A change that no test could notice counts as one that is not noticed.

${table(verdicts)}

Of \`tasks\` those files are meant that start no program, and whose tests need none (scripts/mutants/folders.ts chooses them):
${decidingFiles().join(', ')}.

## Survivors

${verdicts.map(survivorsOf).join('\n\n')}
`;
}

export function table(verdicts: readonly Verdict[]): string {
  return [
    '| folder | mutants | killed | share |',
    '| --- | --- | --- | --- |',
    ...verdicts.map(
      ({ folder, mutants, killed }) =>
        `| ${folder} | ${mutants} | ${killed} | ${percent(killed / mutants)} |`,
    ),
  ].join('\n');
}

function survivorsOf({ folder, survivors }: Verdict): string {
  const files = [...Map.groupBy(survivors, ({ file }) => file)];
  return [
    `### ${folder}`,
    '',
    '| where | what | instead | reason |',
    '| --- | --- | --- | --- |',
    ...files.flatMap(([, own]) => own.map(row)),
  ].join('\n');
}

function row(survivor: Survivor): string {
  const { file, line, from, to, why, result } = survivor;
  const none = result === 'not reached' ? 'no test comes here' : 'no test notices';
  return `| ${file}:${line} | ${code(from)} | ${to === '' ? 'nothing' : code(to)} | ${why ?? none} |`;
}

/** Code in a cell, as long as a line may be. */
function code(text: string): string {
  const line = oneLine(text);
  const short = line.length > 60 ? `${line.slice(0, 59)}…` : line;
  return `\`\` ${short.replaceAll('|', '\\|')} \`\``;
}

/** A survivor as `make mutants FOLDER=…` tells it. */
export function told(survivor: Survivor): string {
  const { file, line, from, to, result } = survivor;
  const change = `${oneLine(from)} -> ${to === '' ? '(nothing)' : oneLine(to)}`;
  return `${file}:${line}: ${result}: ${change}\n    ${lineOf(survivor)}`;
}
