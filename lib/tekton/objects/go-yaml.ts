import type { ScalarTag, Tags } from 'yaml';
import { largeNumber } from '../language/index.ts';

/**
 * Makes a reader of YAML 1.1 read plain scalars as clusters do, whose go-yaml v2 has no dates, no numbers to the base of
 * 60, and numbers of its own: for `customTags` of the parser.
 */
export function asGoYaml(tags: Tags): Tags {
  const others = tags.filter((tag) => typeof tag === 'string' || !foreign.has(tag.tag));
  return [number, int, binary, ...others];
}

const NAME = 'tag:yaml.org,2002:';
const foreign = new Set(
  ['int', 'float', 'timestamp', 'binary', 'set', 'omap', 'pairs'].map((name) => `${NAME}${name}`),
);

/** What begins like this is text unless it is a number. */
const number: ScalarTag = {
  identify: (value) => typeof value === 'number',
  default: true,
  tag: `${NAME}float`,
  test: /^[0-9]|^[-+]_*\.?_*[0-9]|^\.[0-9]|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/,
  resolve: goNumber,
};
const int: ScalarTag = { tag: `${NAME}int`, resolve: goNumber };
/** Text of these bytes. */
const binary: ScalarTag = {
  tag: `${NAME}binary`,
  resolve: (text) => Buffer.from(text, 'base64').toString(),
};

/** The number that go-yaml v2 takes a plain scalar for (resolve.go), or its text. */
function goNumber(text: string): unknown {
  if (/^[-+]?\.(?:inf|nan)$/i.test(text)) return infinite(text);
  // After a point they must stand between digits.
  const plain = text.startsWith('.') ? text.replaceAll(/(?<=\d)_(?=\d)/g, '') : text.replaceAll('_', '');
  const whole = wholeNumber(plain);
  if (whole !== undefined) return whole;
  const float = FLOAT.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(float) ? float : text;
}

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

function infinite(text: string): number {
  if (text.toLowerCase() === '.nan') return Number.NaN;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

const WHOLE = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;

/** As strconv.ParseInt and ParseUint read it, to any base; none for one of more than 64 bits. */
function wholeNumber(plain: string): unknown {
  const [, sign, hex, binary, octal, decimal] = WHOLE.exec(plain) ?? [];
  if (sign === undefined) return undefined;
  const digits = (hex && `0x${hex}`) ?? (binary && `0b${binary}`) ?? (octal && `0o${octal}`) ?? decimal ?? '';
  const size = BigInt(digits);
  const value = sign === '-' ? -size : size;
  if (value < -(2n ** 63n) || value >= (sign === '' ? 2n ** 64n : 2n ** 63n)) return undefined;
  // JavaScript's own numbers would lose the last digits.
  return Number.isSafeInteger(Number(value)) ? Number(value) : largeNumber(String(value));
}
