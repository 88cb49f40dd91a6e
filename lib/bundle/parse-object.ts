import { readYaml } from '#lib/tekton/objects';
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
  const [document, ...others] = readYaml(text);
  if (!document) return noObject('it is empty');
  const { problem, place, content, duplicates } = document;
  if (problem !== undefined)
    return noObject(`${printable(problem)} at line ${place.line}, column ${place.column}`);
  const object = jsonOf(text) ?? content;
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    return noObject('it is something else');
  }
  const twice = duplicates.map((message) => `a cluster refuses a field that is there twice: ${message}`);
  const count = others.length + 1;
  const ignored = count === 1 ? [] : [`a cluster reads the first of its ${count} documents alone`];
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
