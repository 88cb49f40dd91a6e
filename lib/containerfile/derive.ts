import { withoutWritable } from './cache-mounts.ts';
import { failIn } from './errors.ts';
import { type Containerfile, type Instruction, parseContainerfile } from './parse-containerfile.ts';
import { splitWords, unquote } from './words.ts';

/** What a version of buildah needs said in another way. */
export interface Derivation {
  /** Names that each stage has as ARG, so that its RUN lines see the build arguments of these names. */
  readonly buildArgs: readonly string[];
  /** Whether RUN lines with here-documents become the call of a shell that buildah makes of them (`canDerive`). */
  readonly hereDocuments: boolean;
  /** Whether `rw` of a cache mount goes, which older versions add themselves and refuse to see twice. */
  readonly cacheMounts: boolean;
  /** The shell of an image that a stage begins with; undefined where it says nothing. */
  readonly shellOf: (reference: string) => readonly string[] | undefined;
}

const SHELL = ['/bin/sh', '-c'];

/**
 * A Containerfile for buildah that means the same: what stays is byte for byte as it was, on lines of the same order.
 * Here-documents are what buildah 1.33 and later make of them (imagebuildah/stage_executor.go, `Run`).
 *
 * @param text as it was parsed
 * @param plan the images that its stages begin with
 * @throws {InvalidContainerfileError} where what came out would be read otherwise
 */
export function deriveContainerfile(
  text: string,
  containerfile: Containerfile,
  plan: { readonly stages: readonly { readonly base: Base }[] },
  derivation: Derivation,
): string {
  const lines = text.split('\n');
  const shells: (readonly string[])[] = [];
  const change = ({ line, end }: Instruction, instead: readonly string[]) => {
    // As many lines as before, so that all others keep their numbers.
    const first = instead.join('\n');
    lines.splice(line - 1, end - line + 1, first, ...Array.from({ length: end - line }, () => ''));
  };
  for (const [index, [from, ...instructions]] of containerfile.stages.entries()) {
    let shell = shellBelow(plan.stages[index]?.base, shells, derivation);
    for (const one of instructions) {
      if (one.keyword === 'SHELL') shell = jsonOf(one.text) ?? shell;
      if (one.keyword !== 'RUN') continue;
      const flags = derivation.cacheMounts ? one.flags.map(withoutWritable) : one.flags;
      const isDocument = derivation.hereDocuments && one.hereDocuments.length > 0;
      if (!isDocument && flags.every((flag, at) => flag === one.flags[at])) continue;
      const rest = isDocument
        ? [JSON.stringify([...shell, scriptOf(one)])]
        : [one.text, ...one.hereDocuments.flatMap((document) => [`${document.text}${document.name}`])];
      change(one, [['RUN', ...flags, rest[0]].join(' '), ...rest.slice(1)]);
    }
    shells.push(shell);
    if (derivation.buildArgs.length > 0)
      lines[from.end - 1] += `\n${derivation.buildArgs.map((name) => `ARG ${name}`).join('\n')}`;
  }
  const derived = lines.join('\n');
  const keywords = (one: Containerfile) =>
    JSON.stringify(
      one.stages.map((stage) => stage.map(({ keyword }) => keyword).filter((word) => word !== 'ARG')),
    );
  if (keywords(parseContainerfile(derived, containerfile)) === keywords(containerfile)) return derived;
  throw failIn(containerfile.file)(1, 'it cannot be written in another way for this version of buildah');
}

type Base = { readonly kind: string; readonly index?: number; readonly reference?: string };

function shellBelow(
  base: Base | undefined,
  shells: readonly (readonly string[])[],
  { shellOf }: Derivation,
): readonly string[] {
  if (base?.index !== undefined) return shells[base.index] ?? SHELL;
  return (base?.reference === undefined ? undefined : shellOf(base.reference)) ?? SHELL;
}

/** Whether `deriveContainerfile` can do without here-documents and rw of cache mounts in an instruction. */
export function canDerive({ keyword, flags, hereDocuments }: Instruction): boolean {
  if (keyword !== 'RUN') return false;
  // Flags are written again, without the quotes that they had.
  if (flags.some((flag) => /[\s"'\\]/.test(flag))) return false;
  // A file of its own, which nothing but a mount could put there.
  return !hereDocuments.some(({ text }) => text.startsWith('#!'));
}

/** What the shell reads: the text of the here-document where a RUN is nothing else, else the whole instruction. */
function scriptOf({ text, hereDocuments }: Instruction): string {
  const { words } = splitWords(text, '\\');
  const [first] = hereDocuments;
  if (words.length === 1 && first !== undefined) return first.text;
  return [`${text}\n`, ...hereDocuments.map((one) => `${one.text}${unquote(one.name)}\n`)].join('');
}

function jsonOf(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
