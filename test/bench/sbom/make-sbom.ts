// Writes the SBOM of an image in a registry, as prepare-and-upload-sboms makes it: make-sbom.ts IMAGE@DIGEST
import { createRegistryClient, parseReference, readImage } from '#lib/oci';
import { packagesOfImage, sbomOfBuiltImage } from '#lib/sbom';

const reference = parseReference(process.argv[2] ?? '');
using client = createRegistryClient();
const target = client.repository(reference);
const image = await readImage(target, reference.digest ?? '');
const packages = await packagesOfImage(target, image);
const built = { packages, stages: [] };
const options = { created: new Date(0), tool: 'bench' };
const document = sbomOfBuiltImage(reference, image.descriptor.digest, 'amd64', built, options);
process.stdout.write(JSON.stringify(document));
