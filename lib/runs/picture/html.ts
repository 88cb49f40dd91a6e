import { printable } from '#lib/text';

/** Text that is markup already; everything else is escaped. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly (Markup | string | number)[];

/** A template whose values are data: what is no Markup is escaped, for text and for attributes in double quotes. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: texts.map((text, index) => text + render(parts[index])).join('') };
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return 'markup' in part ? part.markup : part.map(render).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a step may write
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Characters by which a text would be read in another order than it is written, or that are not seen. */
const unseen = /[\u0080-\u009f\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Characters that HTML does not have are shown as what they are: unknown; those that nobody sees, by their number. */
function escapeText(text: string): string {
  return text
    .replace(controls, '\ufffd')
    .replace(unseen, (one) => printable(one))
    .replace(/[&<>"']/g, (one) => entities[one] ?? '');
}
