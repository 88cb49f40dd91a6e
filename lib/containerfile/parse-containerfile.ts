import { printable, quoted } from '#lib/text';
import { type Fail, failIn } from './errors.ts';
import { type HereDocument, readHereDocuments } from './here-documents.ts';
import { type Escape, readLines } from './lines.ts';
import { splitFlags } from './words.ts';

export interface Instruction {
  /** In capitals: `FROM`. */
  readonly keyword: string;
  /** `--platform=linux/arm64`, without quotes; variables stand in it as written. */
  readonly flags: readonly string[];
  /** What stands behind the flags, as written; continued lines are joined. */
  readonly text: string;
  readonly line: number;
  /** The last line of it and of its here-documents. */
  readonly end: number;
  readonly hereDocuments: readonly HereDocument[];
}

/** What a Containerfile says, nothing of it replaced. */
export interface Containerfile {
  /** Its name for messages. */
  readonly file: string;
  readonly escapeToken: Escape;
  /** The ARGs before the first FROM. */
  readonly arguments: readonly Instruction[];
  /** The instructions of each stage; the first of them is its FROM. */
  readonly stages: readonly (readonly [Instruction, ...Instruction[]])[];
}

const KEYWORDS: ReadonlySet<string> = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL'
    .concat(' USER VOLUME WORKDIR')
    .split(' '),
);
/** More than any Containerfile has, and as much as buildah takes in one line. */
const MAX_LENGTH = 2_000_000;

/**
 * Parses a Containerfile as buildah does (openshift/imagebuilder, dockerfile/parser), and newer versions of it where
 * they know more: here-documents.
 *
 * @throws {InvalidContainerfileError} with the line
 */
export function parseContainerfile(text: string, { file = 'Containerfile' } = {}): Containerfile {
  const fail = failIn(printable(file));
  if (text.length > MAX_LENGTH) throw fail(1, `it has more than ${MAX_LENGTH} characters`);
  const reader = readLines(text, fail);
  const before: Instruction[] = [];
  const stages: [Instruction, ...Instruction[]][] = [];
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    const split = splitInstruction(line.text, line.line, fail);
    const inner = split.keyword === 'ONBUILD' ? splitInstruction(split.text, line.line, fail) : split;
    const isJson = isJsonForm(inner.text);
    const hereDocuments = readHereDocuments(line, { reader, isJson, fail });
    const instruction = { ...split, hereDocuments, end: reader.position() };
    const stage = stages.at(-1);
    if (instruction.keyword === 'FROM') stages.push([instruction]);
    else if (stage !== undefined) stage.push(instruction);
    else if (instruction.keyword === 'ARG') before.push(instruction);
    else throw fail(line.line, `${instruction.keyword} stands before the first FROM, where only ARG may`);
  }
  if (stages.length === 0) throw fail(1, 'it has no FROM');
  return { file: printable(file), escapeToken: reader.escapeToken, arguments: before, stages };
}

/** @throws {InvalidContainerfileError} when it is no instruction */
export function splitInstruction(text: string, line: number, fail: Fail): Instruction {
  const trimmed = text.trim();
  const [word = ''] = trimmed.split(/[\t\v\f\r ]/, 1);
  const keyword = word.toUpperCase();
  if (!KEYWORDS.has(keyword)) {
    throw fail(line, `${quoted(word, 40)} is no instruction`, 'one that begins with # is a comment');
  }
  const { flags, rest } = splitFlags(trimmed.slice(word.length));
  return { keyword, flags, text: rest, line, end: line, hereDocuments: [] };
}

function isJsonForm(text: string): boolean {
  if (!text.startsWith('[')) return false;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one) => typeof one === 'string');
  } catch {
    return false;
  }
}
