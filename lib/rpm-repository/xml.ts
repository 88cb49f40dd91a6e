import { quoted } from '#lib/text';
import { InvalidRepositoryError } from './errors.ts';

/**
 * The XML of createrepo_c: elements, attributes and text, in which each `<` that is none of a tag is escaped. So an element
 * is found by its tag. Comments, CDATA and document types, in which a tag is none, are refused by `refuseMarkup`.
 */
export interface Element {
  readonly attributes: ReadonlyMap<string, string>;
  /** Text up to the next tag. */
  readonly text: string;
}

/** The first element of a name in a text; undefined where there is none. */
export function element(xml: string, name: string): Element | undefined {
  const at = startOf(xml, name);
  if (at === -1) return undefined;
  const end = xml.indexOf('>', at);
  if (end === -1) return undefined;
  const text = xml.slice(end + 1, nextTag(xml, end + 1));
  return { attributes: attributesOf(xml.slice(at + name.length + 1, end)), text: unescaped(text) };
}

/** @throws {InvalidRepositoryError} where tags could stand that are none */
export function refuseMarkup(xml: string): void {
  if (xml.includes('<!')) {
    throw new InvalidRepositoryError(
      'its XML has a comment, CDATA or document type, which createrepo_c does not write',
    );
  }
}

function startOf(xml: string, name: string): number {
  const open = `<${name}`;
  let at = xml.indexOf(open);
  // `<name` begins `<names>`, too.
  while (at !== -1 && !/[\s/>]/.test(xml[at + open.length] ?? '')) at = xml.indexOf(open, at + 1);
  return at;
}

function nextTag(xml: string, from: number): number {
  const at = xml.indexOf('<', from);
  return at === -1 ? xml.length : at;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/(?<name>[\w:.-]+)\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/g);
  return new Map(
    [...pairs].map(({ groups }) => [groups?.name ?? '', unescaped(groups?.double ?? groups?.single ?? '')]),
  );
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?<entity>[^;&]{0,16});?/g, (whole, entity: string) => {
    const { hex, decimal } = /^#(?:x(?<hex>[0-9a-f]{1,6})|(?<decimal>\d{1,7}))$/i.exec(entity)?.groups ?? {};
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const value = Object.hasOwn(named, entity) ? named[entity] : undefined;
    if (value !== undefined && whole.endsWith(';')) return value;
    if (whole.endsWith(';') && point <= 0x10_ff_ff) return String.fromCodePoint(point);
    throw new InvalidRepositoryError(`its XML has the unknown entity ${quoted(whole)}`);
  });
}
