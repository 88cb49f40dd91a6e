import { goStructJson } from '#lib/tekton/objects';
import type { Artifact, Artifacts } from '../model/api.ts';

/** What a step wrote to `$(step.artifacts.path)` or `$(artifacts.path)`; undefined where it is not what it should be. */
export function parseArtifacts(text: string): Artifacts | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { inputs, outputs } = (content ?? {}) as { readonly inputs?: unknown; readonly outputs?: unknown };
  return { inputs: listOf(inputs), outputs: listOf(outputs) };
}

function listOf(list: unknown): readonly Artifact[] {
  return Array.isArray(list)
    ? list.filter((item): item is Artifact => typeof item === 'object' && item !== null)
    : [];
}

/** Values of one name are put together, each once; a build output stays one (Artifacts.Merge, artifact_types.go). */
export function mergeArtifacts(all: readonly Artifacts[]): Artifacts {
  return {
    inputs: mergeLists(all.flatMap(({ inputs = [] }) => inputs)),
    outputs: mergeLists(all.flatMap(({ outputs = [] }) => outputs)),
  };
}

function mergeLists(artifacts: readonly Artifact[]): readonly Artifact[] {
  const merged = new Map<string, Artifact>();
  for (const { name = '', values = [], buildOutput } of artifacts) {
    const known = merged.get(name);
    const all = new Map([...(known?.values ?? []), ...values].map((value) => [canonical(value), value]));
    const isOutput = known?.buildOutput || buildOutput;
    merged.set(name, { name, values: [...all.values()], ...(isOutput && { buildOutput: true }) });
  }
  return [...merged.values()];
}

/** An artifact's values as Go would write them as JSON: digest before uri, algorithms in order. */
export function artifactText({ values = [] }: Artifact): string {
  return goStructJson(
    values.map(({ digest, uri }) => ({
      ...(digest && Object.keys(digest).length > 0 && { digest: sorted(digest) }),
      ...(uri !== undefined && uri !== '' && { uri }),
    })),
  );
}

function canonical({ digest = {}, uri = '' }: NonNullable<Artifact['values']>[number]): string {
  return JSON.stringify([uri, sorted(digest)]);
}

function sorted(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What `$(tasks.<task>.outputs.<name>)` and the like stand for (PropagateArtifacts). */
export function artifactReplacements(
  task: string,
  { inputs = [], outputs = [] }: Artifacts,
): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  for (const [kind, list] of [
    ['inputs', inputs],
    ['outputs', outputs],
  ] as const) {
    for (const [index, artifact] of list.entries()) {
      const text = artifactText(artifact);
      strings.set(`tasks.${task}.${kind}.${artifact.name ?? ''}`, text);
      if (index === 0) strings.set(`tasks.${task}.${kind}`, text);
    }
  }
  return strings;
}

/** Reads what a step gave as its artifacts, by its container's name. */
export type ReadStepArtifacts = (container: string) => Promise<Artifacts | undefined>;

const usage = /\$\(steps\.([^.]+)\.(inputs|outputs)\.([^.)]+)\)/g;

/** Puts artifacts of earlier steps into a text; where one is missing, none is put in (replaceValue, entrypointer.go). */
export async function substituteStepArtifacts(text: string, read: ReadStepArtifacts): Promise<string> {
  let result = text;
  for (const [reference, step, kind, name] of text.matchAll(usage)) {
    const artifacts = await read(`step-${step}`);
    const artifact = artifacts?.[kind as 'inputs' | 'outputs']?.find((one) => one.name === name);
    if (!artifact) return text;
    result = result.replaceAll(reference, () => artifactText(artifact));
  }
  return result;
}
