/** What the process that reads a database is told. */
export interface SelectRequest {
  readonly path: string;
  /** Nothing stands beside it: no lock, and nothing is written there. */
  readonly immutable: boolean;
  /** Bytes of a header. */
  readonly most: number;
}

/**
 * Runs in a process of its own, as its source text, and so names nothing outside of itself: sqlite blocks a thread for as
 * long as a database makes it, and only a process can be ended then. Writes each blob of Packages with its length before
 * it, and -1 at the end.
 */
export function selectBlobs(): void {
  const { writeSync } = process.getBuiltinModule('node:fs');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const { path, immutable, most } = JSON.parse(process.argv[1] ?? '') as SelectRequest;
  const write = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
  };
  const length = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    write(bytes);
  };
  try {
    const url = pathToFileURL(path);
    const database = new DatabaseSync(immutable ? new URL('?immutable=1', url) : url, {
      readOnly: immutable,
      enableForeignKeyConstraints: false,
      enableDoubleQuotedStringLiterals: false,
    });
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
    const rows = database.prepare(
      "SELECT typeof(blob) AS type, length(blob) AS size, iif(typeof(blob) = 'blob' AND length(blob) <= ?, blob, NULL) AS blob FROM Packages",
    );
    for (const { type, size, blob } of rows.iterate(most)) {
      if (type !== 'blob') throw new Error(`a header is ${String(type)} and no blob`);
      if (!(blob instanceof Uint8Array))
        throw new Error(`a header has ${String(size)} bytes, more than the ${most} that are read`);
      length(blob.length);
      write(blob);
    }
    length(-1);
  } catch (error) {
    writeSync(2, error instanceof Error ? error.message : 'it cannot be read');
    process.exitCode = 1;
  }
}
