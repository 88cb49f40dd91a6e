import { LineCounter, parseAllDocuments } from 'yaml';
import { asGoYaml, duplicateKeys } from '#lib/tekton/objects';
import { jsonOf, printable } from '#lib/text';
import { MAX_OBJECT_BYTES } from './contract.ts';

export interface ParsedObject {
  /** Undefined where the text is no object. */
  readonly object: object | undefined;
  /** Why a cluster, which decodes strictly, would refuse the text as such. */
  readonly complaints: readonly string[];
}

/** Reads a text as a cluster does: JSON or YAML 1.1, its first document, with each field once. */
export function parseObject(text: string): ParsedObject {
  try {
    return parse(text);
  } catch {
    // The text has aliases without end, or lists too deep for the stack.
    return noObject('it cannot be parsed');
  }
}

/**
 * A text that is larger than a cluster resolves, or deeper than its decoders take (10,000 levels), is not worth the
 * time.
 */
const MAX_TEXT = 2 * MAX_OBJECT_BYTES;
const MAX_DEPTH = 10_000;

function parse(text: string): ParsedObject {
  if (text.length > MAX_TEXT) return noObject(`it has ${text.length} characters, and is not looked at`);
  if (depthOf(text) > MAX_DEPTH) return noObject('it is too deep');
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    customTags: asGoYaml,
    merge: true,
    lineCounter,
    // Duplicates are found below, in time that does not grow with the square of the keys.
    uniqueKeys: false,
  });
  if (!Array.isArray(documents) || documents[0] === undefined) return noObject('it is empty');
  const [document] = documents;
  const [broken] = document.errors;
  if (broken) return noObject(printable(firstLine(broken.message)));
  const object: unknown = jsonOf(text) ?? document.toJS({ maxAliasCount: 100 });
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    return noObject('it is something else');
  }
  const twice = duplicateKeys(document, lineCounter).map(
    (message) => `a cluster refuses a field that is there twice: ${message}`,
  );
  const others = documents.length - 1;
  const ignored = others === 0 ? [] : [`a cluster reads the first of its ${others + 1} documents alone`];
  return { object, complaints: [...twice, ...ignored] };
}

/** A rough measure of depth: brackets in strings count too, and there they come in pairs. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function noObject(why: string): ParsedObject {
  return { object: undefined, complaints: [`its content is neither YAML nor JSON of an object: ${why}`] };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/:$/, '') ?? '';
}
