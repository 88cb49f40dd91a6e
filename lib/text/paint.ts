import { styleText } from 'node:util';

/** What a text says by its colour; every one of them also stands in words or signs, as not everybody sees colours. */
export type Style = 'good' | 'bad' | 'odd' | 'dim' | 'strong' | Hue;

/** Colours that mean nothing but that two texts are of different things. */
export type Hue = 'cyan' | 'yellow' | 'magenta' | 'blue' | 'green';

export type Paint = (style: Style, text: string) => string;

const styles = { good: 'green', bad: 'red', odd: 'yellow', dim: 'dim', strong: 'bold' } as const;

/** For a terminal. */
export const colours: Paint = (style, text) => {
  const format = style in styles ? styles[style as keyof typeof styles] : (style as Hue);
  // Whether there are to be colours is decided once, by whoever opens the output.
  return text === '' ? '' : styleText(format, text, { validateStream: false });
};

/** For a file, and for who wants none. */
export const noColours: Paint = (_, text) => text;

const hues: readonly Hue[] = ['cyan', 'yellow', 'magenta', 'blue', 'green'];

/** The one of the colours that comes after so many others. */
export function hue(index: number): Hue {
  return hues[index % hues.length] ?? 'cyan';
}
