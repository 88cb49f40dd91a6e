/** How an entry is written: each form says names, numbers and holes in its own way. */
export type TarForm =
  | 'v7'
  | 'ustar'
  | 'star'
  | 'gnu'
  | 'pax'
  | 'old-sparse'
  | 'sparse-0.0'
  | 'sparse-0.1'
  | 'sparse-1.0';

export interface TarItem {
  readonly path: string | Buffer;
  readonly form?: TarForm;
  /** `0` where nothing is said. */
  readonly flag?: string;
  readonly link?: string | Buffer;
  readonly content?: string | Buffer;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly major?: number;
  readonly minor?: number;
  /** Records of the extended header, beside those that the form needs. */
  readonly records?: Readonly<Record<string, string>>;
  /** How numbers are written: octal, with spaces in front, or binary. */
  readonly numbers?: 'octal' | 'spaces' | 'binary';
  /** The sum of the header as Sun's tar made it. */
  readonly isSigned?: boolean;
  /** The size that the header says, where it is not that of the content. */
  readonly size?: number;
}

const BLOCK = 512;

/** A tar archive in any form, byte by byte: the writers of libraries only write the forms that are right. */
export function tarOf(items: readonly TarItem[], end: Buffer = Buffer.alloc(2 * BLOCK)): Buffer {
  return Buffer.concat([...items.map(entryOf), end]);
}

export function entryOf(item: TarItem): Buffer {
  const form = item.form ?? 'ustar';
  const flag = item.flag ?? '0';
  const path = Buffer.from(item.path as string);
  const link = Buffer.from((item.link ?? '') as string);
  const content = Buffer.from((item.content ?? '') as string);
  if (form === 'old-sparse') return oldSparse(item, path, content);
  if (form.startsWith('sparse-')) return paxSparse(item, form, path, content);
  const records: [string, Buffer][] = Object.entries(item.records ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value, 'latin1'),
  ]);
  const before: Buffer[] = [];
  let name = path;
  let prefix = Buffer.alloc(0);
  const most = form === 'star' ? 131 : 155;
  if ((form === 'ustar' || form === 'star') && path.length > 100) {
    const slash = path.lastIndexOf(0x2f, most);
    if (slash > 0 && path.length - slash - 1 <= 100 && path.length - slash - 1 > 0) {
      prefix = path.subarray(0, slash);
      name = path.subarray(slash + 1);
    } else records.push(['path', path]);
  } else if (form === 'pax') {
    records.push(['path', path]);
    name = Buffer.from('replaced');
  } else if (form === 'gnu' && path.length > 100) {
    before.push(special('L', path));
  } else if (form === 'v7' && path.length > 100) {
    records.push(['path', path]);
  }
  if (form === 'gnu' && link.length > 100) before.push(special('K', link));
  else if (form === 'pax' ? link.length > 0 : link.length > 100) records.push(['linkpath', link]);
  if (form === 'pax' && content.length > 0) records.push(['size', Buffer.from(String(content.length))]);
  if (records.length > 0) before.push(extended(records));
  const size = item.size ?? content.length;
  return Buffer.concat([
    ...before,
    header({
      ...item,
      form,
      flag,
      name,
      prefix,
      linkname: link,
      size: form === 'pax' && content.length > 0 ? 1 : size,
    }),
    padded(content),
  ]);
}

export interface Header extends Omit<TarItem, 'path' | 'link' | 'content'> {
  readonly name: Buffer;
  readonly prefix?: Buffer;
  readonly linkname?: Buffer;
  readonly size: number;
}

export function header(fields: Header, change: (block: Buffer) => void = () => {}): Buffer {
  const { form = 'ustar', flag = '0', mode = 0o644, uid = 0, gid = 0, size, numbers = 'octal' } = fields;
  const block = Buffer.alloc(BLOCK);
  fields.name.copy(block, 0, 0, 100);
  number(block, 100, 8, mode, numbers);
  number(block, 108, 8, uid, numbers);
  number(block, 116, 8, gid, numbers);
  number(block, 124, 12, size, numbers);
  number(block, 136, 12, 1_700_000_000, 'octal');
  block.write(flag, 156, 'latin1');
  fields.linkname?.copy(block, 157, 0, 100);
  if (form !== 'v7') {
    block.write(form === 'gnu' || form === 'old-sparse' ? 'ustar  \0' : 'ustar\x0000', 257, 'latin1');
    number(block, 329, 8, fields.major ?? 0, 'octal');
    number(block, 337, 8, fields.minor ?? 0, 'octal');
    fields.prefix?.copy(block, 345);
  }
  if (form === 'star') block.write('tar\0', 508, 'latin1');
  change(block);
  writeSum(block, fields.isSigned);
  return block;
}

export function writeSum(block: Buffer, isSigned = false): void {
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block) sum += isSigned && byte > 127 ? byte - 256 : byte;
  block.write(`${Math.max(0, sum).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

function number(block: Buffer, start: number, length: number, value: number, how: TarItem['numbers']): void {
  if (how === 'binary' || value < 0 || value >= 8 ** (length - 1)) {
    let left = BigInt.asUintN(8 * length, BigInt(value));
    for (let at = start + length - 1; at >= start; at--) {
      block[at] = Number(left & 0xffn);
      left >>= 8n;
    }
    block[start] = (block[start] ?? 0) | 0x80;
    return;
  }
  const digits = value.toString(8);
  block.write(
    how === 'spaces' ? `${digits.padStart(length - 1)} ` : `${digits.padStart(length - 1, '0')}\0`,
    start,
    'latin1',
  );
}

export function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

/** A long name of GNU, which ends with a NUL. */
export function special(flag: string, text: Buffer): Buffer {
  const data = Buffer.concat([text, Buffer.of(0)]);
  return Buffer.concat([
    header({ form: 'gnu', flag, name: Buffer.from('././@LongLink'), size: data.length }),
    padded(data),
  ]);
}

/** A pax header, or with the flag `g` a global one. */
export function extended(
  records: readonly (readonly [string, Buffer])[],
  flag = 'x',
  name = 'PaxHeaders/x',
): Buffer {
  const data = Buffer.concat(records.map(([key, value]) => record(key, value)));
  return Buffer.concat([header({ flag, name: Buffer.from(name), size: data.length }), padded(data)]);
}

function record(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

interface Piece {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Pieces between runs of zeros, and an empty one at the end, as GNU tar writes it. */
function piecesOf(content: Buffer): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < content.length; ) {
    if (content[at] === 0) {
      at += 1;
      continue;
    }
    const zero = content.indexOf(0, at);
    const end = zero === -1 ? content.length : zero;
    pieces.push({ offset: at, bytes: content.subarray(at, end) });
    at = end;
  }
  return [...pieces, { offset: content.length, bytes: Buffer.alloc(0) }];
}

function oldSparse(item: TarItem, path: Buffer, content: Buffer): Buffer {
  const pieces = piecesOf(content);
  const write = (block: Buffer, start: number, list: readonly Piece[]) => {
    for (const [index, { offset, bytes }] of list.entries()) {
      number(block, start + index * 24, 12, offset, 'octal');
      number(block, start + index * 24 + 12, 12, bytes.length, 'octal');
    }
  };
  const data = Buffer.concat(pieces.map(({ bytes }) => bytes));
  const blocks: Buffer[] = [];
  for (let at = 4; at < pieces.length; at += 21) {
    const block = Buffer.alloc(BLOCK);
    write(block, 0, pieces.slice(at, at + 21));
    if (at + 21 < pieces.length) block[504] = 1;
    blocks.push(block);
  }
  const first = header({ ...item, form: 'gnu', flag: 'S', name: path, size: data.length }, (block) => {
    write(block, 386, pieces.slice(0, 4));
    if (pieces.length > 4) block[482] = 1;
    number(block, 483, 12, content.length, 'octal');
  });
  return Buffer.concat([first, ...blocks, padded(data)]);
}

function paxSparse(item: TarItem, form: TarForm, path: Buffer, content: Buffer): Buffer {
  const pieces = piecesOf(content);
  const text = (value: number | string) => Buffer.from(String(value));
  const extra = Object.entries(item.records ?? {}).map(([key, value]) => [key, Buffer.from(value)] as const);
  const numbers = pieces.flatMap(({ offset, bytes }) => [offset, bytes.length]);
  const bytes = Buffer.concat(pieces.map((piece) => piece.bytes));
  const records: [string, Buffer][] = [];
  let data = bytes;
  if (form === 'sparse-1.0') {
    records.push(['GNU.sparse.major', text(1)], ['GNU.sparse.minor', text(0)]);
    records.push(['GNU.sparse.name', path], ['GNU.sparse.realsize', text(content.length)]);
    data = Buffer.concat([padded(text(`${[pieces.length, ...numbers].join('\n')}\n`)), bytes]);
  } else {
    records.push(['GNU.sparse.size', text(content.length)], ['GNU.sparse.numblocks', text(pieces.length)]);
    if (form === 'sparse-0.1')
      records.push(['GNU.sparse.name', path], ['GNU.sparse.map', text(numbers.join(','))]);
    else {
      records.push(['path', path]);
      for (const piece of pieces)
        records.push(
          ['GNU.sparse.offset', text(piece.offset)],
          ['GNU.sparse.numbytes', text(piece.bytes.length)],
        );
    }
  }
  const name = Buffer.from('GNUSparseFile.1/replaced');
  return Buffer.concat([
    extended([...extra, ...records]),
    header({ ...item, form: 'ustar', flag: '0', name, size: data.length }),
    padded(data),
  ]);
}
