// Plain JavaScript: it must also start under a Node that cannot run TypeScript, and say so. bin/bootc-catalog calls it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const root = fileURLToPath(new URL('..', import.meta.url));
// An installed package has no sources.
const isPackage = !existsSync(join(root, 'lib/cli/main.ts'));
const [major = 0] = process.versions.node.split('.').map(Number);

if (major >= 24) {
  // V8 would let garbage grow by the machine's memory; a run of 200 tasks takes 92 MB instead of 133, in the same time.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
  // In the home and not in /tmp, where others could put code for us.
  module.enableCompileCache(
    join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bootc-catalog', 'compiled'),
  );
  // Whoever read the output has enough of it, as `head` has: that is no error, and what is open must be closed.
  process.stdout.on('error', (error) => {
    // EIO: the terminal is closed.
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
  const main = isPackage || isBundleFresh() ? 'dist/cli/main.js' : 'lib/cli/main.ts';
  const { main: run } = await import(join(root, main));
  await run(process.argv.slice(2));
} else {
  console.error(`error: this is Node ${process.versions.node} and bootc-catalog needs 24`);
  console.error(
    `hint: ${isPackage ? 'install Node 24 or later' : 'run `make setup` in its directory, which brings Node 24'}`,
  );
  process.exit(3);
}

/** Whether `make build` has bundled the sources as they are. */
function isBundleFresh() {
  try {
    const inputs = JSON.parse(readFileSync(join(root, 'dist/cli/inputs.json'), 'utf8'));
    return inputs.every(([path, mtimeMs, size]) => {
      const found = statSync(join(root, path));
      return found.mtimeMs === mtimeMs && found.size === size;
    });
  } catch {
    return false;
  }
}
