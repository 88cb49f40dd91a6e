import { failIn } from './errors.ts';
import { expandWord } from './expand.ts';
import { splitPairs } from './pairs.ts';
import { type Containerfile, type Instruction, splitInstruction } from './parse-containerfile.ts';
import type { PlannedStage } from './plan-build.ts';

/**
 * The names of the labels that a stage gives itself: by its LABELs, and by those of ONBUILD of the stage that it begins
 * with. Labels that the images below have are not among them.
 *
 * @throws {InvalidContainerfileError} for a name with a variable, whose value is known to the build alone
 */
export function labelNames(
  { file, stages, escapeToken }: Containerfile,
  { index, base }: Pick<PlannedStage, 'index' | 'base'>,
): ReadonlySet<string> {
  const fail = failIn(file);
  const below = base.kind === 'stage' ? (stages[base.index] ?? []) : [];
  const triggered = below
    .filter(({ keyword }) => keyword === 'ONBUILD')
    .map(({ text, line }) => splitInstruction(text, line, fail));
  return namesOfLabels([...triggered, ...(stages[index] ?? [])], { file, escapeToken });
}

/** @throws {InvalidContainerfileError} as `labelNames` */
export function namesOfLabels(
  instructions: readonly Instruction[],
  { file, escapeToken }: Pick<Containerfile, 'file' | 'escapeToken'>,
): ReadonlySet<string> {
  const fail = failIn(file);
  const labels = instructions.filter(({ keyword }) => keyword === 'LABEL');
  const nameOf = ({ line }: Instruction, word: string) =>
    expandWord(
      word,
      () => {
        throw fail(line, `the name of the label ${word} depends on a variable`, 'write it out');
      },
      (why) => fail(line, why),
    );
  return new Set(
    labels.flatMap((label) => splitPairs(label, escapeToken, fail).map(([word]) => nameOf(label, word))),
  );
}
