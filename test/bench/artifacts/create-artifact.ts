// One trusted artifact as a process of its own that can be measured: create-artifact.ts DIRECTORY STORE FILE-FOR-ITS-URI
import { writeFileSync } from 'node:fs';
import { artifactClient, createArtifacts } from '#lib/trusted-artifacts';

const [path = '', store = '', file = ''] = process.argv.slice(2);
using client = artifactClient({ store }, []);
const uris = await createArtifacts({ store, artifacts: [{ name: 'SOURCE_ARTIFACT', path }], client });
writeFileSync(file, uris.SOURCE_ARTIFACT ?? '');
