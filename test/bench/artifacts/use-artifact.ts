// Puts one trusted artifact into its place, as a process of its own that can be measured: use-artifact.ts URI DIRECTORY
import { artifactClient, useArtifact } from '#lib/trusted-artifacts';

const [uri = '', destination = ''] = process.argv.slice(2);
using client = artifactClient({ uris: [uri] }, []);
await useArtifact({ uri, destination, client });
