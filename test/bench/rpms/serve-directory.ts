// A server as a process of its own, as the one that measures waits for what it measures: serve-directory.ts DIRECTORY
import { serveCompose } from '#lib/compose-fixture';

const [directory = ''] = process.argv.slice(2);
console.log((await serveCompose(directory)).url);
