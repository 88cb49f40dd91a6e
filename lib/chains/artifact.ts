/** Something by its digests: a subject of a statement, or what it was made of. */
export interface Artifact {
  /** Repository of an image, or a URI. */
  readonly name: string;
  /** Hexadecimal, by algorithm: `sha256`, `sha1`. */
  readonly digest: Readonly<Record<string, string>>;
}

/** Each once: two of one name that share a digest are one with the digests of both (append.go, addArtifact). */
export function mergeArtifacts(artifacts: readonly Artifact[]): readonly Artifact[] {
  const merged: Artifact[] = [];
  for (const artifact of artifacts) {
    const index = merged.findIndex((known) => isSame(known, artifact));
    const known = merged[index];
    if (known) merged[index] = { ...known, digest: { ...known.digest, ...artifact.digest } };
    else merged.push(artifact);
  }
  return merged;
}

function isSame(a: Artifact, b: Artifact): boolean {
  return a.name === b.name && Object.entries(b.digest).some(([name, value]) => a.digest[name] === value);
}

/** @returns undefined for text that is no digest of sha256, sha512 or sha1 (signable.go, ParseDigest) */
export function digestSet(text: string): Artifact['digest'] | undefined {
  const [, name = '', value = ''] = /^\s*(\w+)\s*:\s*([0-9a-f]+)\s*$/.exec(text) ?? [];
  const algorithm = name.toLowerCase();
  return lengths[algorithm] === value.length ? { [algorithm]: value } : undefined;
}

const lengths: Readonly<Record<string, number>> = { sha1: 40, sha256: 64, sha512: 128 };
