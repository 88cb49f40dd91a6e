import { readFile } from 'node:fs/promises';
import { type Layer, type LayerFile, packLayer } from '#lib/oci';
import { type GoProgram, licencesOf, modulesOf } from './go-program.ts';

/** What signs and attests where a cluster asks for keyless signatures. No distribution of ours has it. */
export const COSIGN: GoProgram = {
  package: 'github.com/sigstore/cosign/v3/cmd/cosign',
  version: 'v3.1.3',
  toolchain: 'go1.26.8',
};

/** A layer with the program, the licences of its modules, and their list for the SBOM of the image. */
export async function packCosign(
  path: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Layer> {
  const modules = await modulesOf(COSIGN, path, { ...(signal && { signal }) });
  const files: LayerFile[] = [{ path: 'usr/bin/cosign', mode: 0o755, content: await readFile(path) }];
  for (const [place, file] of await licencesOf('cosign', modules))
    files.push({ path: `usr/share/licenses/${place}`, content: await readFile(file) });
  const list = modules.map(({ path: name, version }) => ({ name, version }));
  files.push({
    path: 'usr/libexec/bootc-catalog/go-modules.json',
    content: `${JSON.stringify(list, null, 2)}\n`,
  });
  return packLayer(files);
}
