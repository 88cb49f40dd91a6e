import { withoutControls } from '#lib/text';

const LONGEST = 300;

/** Words by which programs begin to say why they fail. */
const says =
  /\b(?:error|errors|fatal|fail|failed|failure|panic|exception|traceback|assert|assertion|denied|cannot|unable|invalid|refused)\b|\bno such\b|\bnot found\b|[✗✘×]|Error:/i;
/** The same words where all is well. */
const denies = /\b(?:0|no|without) (?:errors?|fail|exceptions?)|\b(?:errors?|failed|failures?)\s*[:=]\s*0\b/i;

/**
 * The lines of a step that failed which say why, in their order: the last ones that name an error, or else the last ones
 * that say anything.
 */
export function errorLines(lines: readonly string[], most: number): readonly string[] {
  const shown = lines.map(withoutControls).filter((line) => line.trim() !== '');
  const telling = shown.filter((line) => says.test(line) && !denies.test(line));
  return (telling.length > 0 ? telling : shown).slice(-most).map(shorter);
}

function shorter(line: string): string {
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
