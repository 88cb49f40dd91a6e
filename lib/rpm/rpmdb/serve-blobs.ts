import type { DatabaseSync } from 'node:sqlite';

/** What the process that reads databases is told, as a line of JSON. */
export interface BlobsRequest {
  readonly path: string;
  /** Whether the database stands alone: then sqlite takes no lock, and writes nothing beside it. */
  readonly immutable: boolean;
  /** Bytes of a header. */
  readonly most: number;
}

/** What stands where the length of a blob does: the blobs are at their end; what follows says why they have none. */
export const END = -1;
export const FAILED = -2;

/**
 * Runs in a process of its own, as its source text, and so names nothing outside of itself: sqlite blocks a thread for as
 * long as a database makes it, and only a process can be ended then. For each request it writes every blob of Packages
 * with its length (32 bits, big-endian) before it, and -1 at the end; or -2, and a text as if it were a blob. It ends with
 * its input.
 */
export function serveBlobs(): void {
  const { readSync, writeSync } = process.getBuiltinModule('node:fs');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  const sqlite = process.getBuiltinModule('node:sqlite');
  let waiting: Uint8Array[] = [];
  let size = 0;
  const flush = () => {
    const bytes = Buffer.concat(waiting);
    for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
    waiting = [];
    size = 0;
  };
  // Few large pieces: each one costs both processes a turn.
  const write = (head: number, blob: Uint8Array = new Uint8Array()) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(head);
    waiting.push(bytes, blob);
    size += 4 + blob.length;
    if (size > 256 * 1024) flush();
  };
  const writeBlobs = (database: DatabaseSync, most: number) => {
    // https://sqlite.org/security.html, "Untrusted SQLite Database Files".
    database.exec(
      'PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=0; PRAGMA query_only=ON',
    );
    const [table, ...others] = database
      .prepare("SELECT type, rootpage FROM sqlite_schema WHERE name = 'Packages' COLLATE NOCASE")
      .all();
    // A view is computed as it is read, and so is a virtual table, which has no page.
    if (others.length > 0 || table?.type !== 'table' || !table.rootpage)
      throw new Error('it has no table Packages');
    const columns = database.prepare("SELECT name, hidden FROM pragma_table_xinfo('Packages')").all();
    if (
      !['hnum', 'blob'].every((wanted) => columns.some(({ name, hidden }) => name === wanted && hidden === 0))
    )
      throw new Error('its table Packages has no columns hnum and blob, or computes them');
    // A journal that is cut off leaves pages of two times beside each other, which can still be read.
    const [first] = database.prepare("PRAGMA integrity_check('Packages')").all();
    if (first?.integrity_check !== 'ok') throw new Error(`it is broken: ${String(first?.integrity_check)}`);
    const selected = database.prepare(
      "SELECT typeof(blob) AS type, length(blob) AS length, iif(typeof(blob) = 'blob' AND length(blob) <= ?, blob, NULL) AS blob FROM Packages",
    );
    for (const { type, length, blob } of selected.iterate(most)) {
      if (type !== 'blob') throw new Error(`a header is ${String(type)} and no blob`);
      if (!(blob instanceof Uint8Array))
        throw new Error(`a header has ${String(length)} bytes, more than the ${most} that are read`);
      write(blob.length, blob);
    }
  };
  const select = ({ path, immutable, most }: BlobsRequest) => {
    const url = pathToFileURL(path);
    const database = new sqlite.DatabaseSync(immutable ? new URL('?immutable=1', url) : url, {
      readOnly: immutable,
      enableForeignKeyConstraints: false,
      enableDoubleQuotedStringLiterals: false,
    });
    try {
      writeBlobs(database, most);
    } finally {
      database.close();
    }
  };
  const serve = (line: string) => {
    try {
      select(JSON.parse(line) as BlobsRequest);
      write(-1);
    } catch (error) {
      const text = error instanceof Error ? error.message : 'it cannot be read';
      write(-2);
      const bytes = Buffer.from(text.slice(0, 2000));
      write(bytes.length, bytes);
    }
    flush();
  };
  const bytes = Buffer.alloc(64 * 1024);
  const decoder = new TextDecoder();
  let input = '';
  for (let length = readSync(0, bytes); length > 0; length = readSync(0, bytes)) {
    input += decoder.decode(bytes.subarray(0, length), { stream: true });
    const lines = input.split('\n');
    input = lines.pop() ?? '';
    for (const line of lines) serve(line);
  }
}
