import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory that nobody else can read, for what git and ssh are told about who asks; it is gone in the end. */
export interface PrivateDirectory extends AsyncDisposable {
  readonly path: string;
  /** Writes a file that only this user can read; its path. */
  write(name: string, content: string | Buffer): Promise<string>;
}

export async function makePrivateDirectory(): Promise<PrivateDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'git-'));
  return {
    path,
    async write(name, content) {
      const file = join(path, name);
      await writeFile(file, content, { mode: 0o600 });
      return file;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
