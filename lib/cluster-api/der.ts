/** Values of ASN.1 in its distinguished encoding (X.690), as far as a certificate needs them. */

/** The content of a value, with its tag and length before it. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = bytesOf(content.length);
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

export const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]) => der(0x31, ...parts);
export const octets = (content: Uint8Array) => der(0x04, content);
export const boolean = (value: boolean) => der(0x01, Buffer.of(value ? 0xff : 0));
export const utf8 = (text: string) => der(0x0c, Buffer.from(text));
/** The bits are those of whole bytes. */
export const bits = (content: Uint8Array) => der(0x03, Buffer.of(0), content);
/** A value within another one, by its number in the definition. */
export const explicit = (number: number, content: Uint8Array) => der(0xa0 | number, content);

/** A positive one: a zero goes before a first bit that would mean a sign. */
export function integer(value: Uint8Array): Buffer {
  return der(0x02, (value[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), value]) : value);
}

/** `2.5.29.17`: the first two numbers share a byte, each other one has seven bits in a byte. */
export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(sevenBits)]));
}

/** `YYMMDDhhmmssZ`: UTCTime, which certificates have until 2049 (RFC 5280, 4.1.2.5.1). */
export function time(date: Date): Buffer {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/\D/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2)}Z`));
}

function sevenBits(value: number): readonly number[] {
  const low = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) low.unshift((rest & 0x7f) | 0x80);
  return low;
}

function bytesOf(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from(bytes);
}
