/** A header of texts alone, as rpm lays it out. */
export function headerOf(texts: Readonly<Record<number, string>>): Buffer {
  const entries = Object.entries(texts);
  const data = Buffer.from(entries.map(([, text]) => `${text}\0`).join(''));
  const index = Buffer.alloc(8 + entries.length * 16);
  index.writeUInt32BE(entries.length, 0);
  index.writeUInt32BE(data.length, 4);
  let offset = 0;
  for (const [at, [tag, text]] of entries.entries()) {
    for (const [field, value] of [Number(tag), 6, offset, 1].entries()) {
      index.writeUInt32BE(value, 8 + at * 16 + field * 4);
    }
    offset += text.length + 1;
  }
  return Buffer.concat([index, data]);
}
