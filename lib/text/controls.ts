import { stripVTControlCharacters } from 'node:util';

/** What changes a terminal instead of standing in it; ends of lines and tabs are not among it. */
const CONTROLS = /[^\P{Cc}\n\t]/gu;

/** What a program wrote for a terminal as plain text: without colours, moves of the cursor and other controls. */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replaceAll(CONTROLS, '');
}
