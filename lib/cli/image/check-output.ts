import { writeWhole } from '#lib/process';
import {
  type Check,
  type Checked,
  checks,
  failures,
  junit,
  markdown,
  reportLines,
  sarif,
  verdict,
} from '#lib/sanity';
import { printable, table, visibleJson } from '#lib/text';
import { exitCode } from '../options/exit-codes.ts';

export const checkOutputs = ['table', 'json', 'markdown', 'junit', 'sarif'] as const;
export type CheckOutput = (typeof checkOutputs)[number];

const forms: Readonly<Record<CheckOutput, (images: readonly Checked[]) => string>> = {
  table: (images) => images.map(lines).join('\n'),
  json: (images) => `${visibleJson({ version: 1, images: images.map(facts) }, 2)}\n`,
  markdown,
  junit,
  sarif: (images) => sarif(images, checks),
};

export function printChecked(form: CheckOutput, images: readonly Checked[]): void {
  process.stdout.write(forms[form](images));
}

export interface FormAndFile {
  readonly form: CheckOutput;
  readonly file: string;
}

export function writeChecked({ form, file }: FormAndFile, images: readonly Checked[]): void {
  writeWhole(file, forms[form](images));
}

/** A finding outweighs what could not be looked at: nobody needs to look again to know that the image is bad. */
export function verdictOf(images: readonly Checked[]): number {
  const outcomes = images.flatMap((one) => ('report' in one ? failures(one.report) : []));
  if (outcomes.some(({ result }) => result === 'fail')) return exitCode.checkFailed;
  return outcomes.length > 0 || images.some((one) => 'error' in one) ? exitCode.environment : exitCode.done;
}

/** What there is to explain. */
export function checkTable(list: readonly Check[]): string {
  return table(
    ['check', 'severity', 'what is right'],
    list.map(({ id, severity, description }) => [id, severity, description]),
  );
}

function lines(one: Checked): string {
  if ('error' in one)
    return `${printable(one.image)}\nERROR could not look: ${printable(one.error, 1_000)}\n`;
  return `${reportLines(one.report).join('\n')}\n`;
}

function facts(one: Checked): object {
  if ('error' in one) return { image: one.image, verdict: 'ERROR', error: one.error };
  return { verdict: verdict(one.report).result, ...one.report };
}
