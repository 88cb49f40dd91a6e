import { createRegistryClient, parseReference, type RegistryClient, type RegistryOptions } from '#lib/oci';
import { quoted } from '#lib/text';
import { InvalidArtifactError } from './errors.ts';

export interface ArtifactClientOptions extends Omit<RegistryOptions, 'plainHttp' | 'unverified'> {
  /** The store, or the URI of an artifact, whose registry the options of oras are for; other names are passed over. */
  readonly of: readonly string[];
  /** Options of oras, separated by white space, as the steps of upstream take them; by default those of ORAS_OPTIONS. */
  readonly orasOptions?: string | undefined;
}

/**
 * The registry client of a create or use step: plain http and unverified TLS as ORAS_OPTIONS says. Give the authorities
 * of the ConfigMap as `ca` (`readTrustedCa` of lib/konflux); they are trusted beside the system's.
 *
 * @throws {InvalidArtifactError} for an option that would be passed over otherwise
 */
export function createArtifactClient(options: ArtifactClientOptions): RegistryClient {
  const { of: names, orasOptions = process.env.ORAS_OPTIONS ?? '', ...rest } = options;
  const words = orasOptions.split(/\s+/).filter((word) => word !== '');
  const registries = words.length === 0 ? [] : names.flatMap((name) => registryOf(name));
  const plainHttp: Record<string, boolean> = {};
  const unverified: string[] = [];
  for (const word of words) {
    if (word === '--plain-http') for (const registry of registries) plainHttp[registry] = true;
    else if (word === '--insecure') unverified.push(...registries);
    else
      throw new InvalidArtifactError(`ORAS_OPTIONS: ${quoted(word)} is not supported`, {
        hint: 'give --plain-http or --insecure',
      });
  }
  return createRegistryClient({ ...rest, plainHttp, unverified });
}

function registryOf(name: string): readonly string[] {
  return name === '' ? [] : [parseReference(name.replace(/^oci:/, '')).registry];
}
