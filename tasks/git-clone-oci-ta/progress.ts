import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Milliseconds between two words. */
const EVERY = 10_000;

/**
 * Tells every ten seconds how much has come: git's own lines of progress replace each other on a terminal, which a log is
 * not.
 *
 * @returns what ends it
 */
export function tellProgress(
  repository: string,
  log: { readonly info: (message: string) => void },
  every: number = EVERY,
): Disposable {
  let told = 0;
  const tell = async () => {
    const size = await sizeOfIncoming(repository);
    if (size > told) log.info(`received ${(size / 1_000_000).toFixed(1)} MB`);
    told = size;
  };
  const timer = setInterval(() => void tell(), every);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Bytes of the packs that git is still writing, those of submodules too. */
async function sizeOfIncoming(repository: string): Promise<number> {
  // What is renamed or removed meanwhile is no progress any more.
  const names = await readdir(join(repository, '.git'), { recursive: true }).catch(() => []);
  const packs = names.filter((name) => /(?:^|\/)objects\/pack\/tmp_pack_[^/]*$/.test(name));
  const sizes = packs.map(async (name) =>
    stat(join(repository, '.git', name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
