import { randomBytes } from 'node:crypto';
import { InvalidRunError } from '../model/errors.ts';
import { type LoadedObject, parseObjects } from '../objects/load.ts';

/** Values by the names of Pipelines-as-Code: `revision`, `body.head_commit.id`. */
export type PacValues = ReadonlyMap<string, string>;

const PLACEHOLDER = /\{\{ *([a-z_][\w.[\]"'-]*) *\}\}/g;
/** Names of the form that Pipelines-as-Code knows; words of Go templates, and all that is no name, are left as they are. */
const OURS = /^(?!(?:end|else|break|continue|nil|true|false)$)(?:[a-z_]+|(?:body|headers|files)[.[].*)$/;

/** A key, and not the path of a field in a value. */
const ANNOTATION = /(?:^|[\s{,])["']?pipelinesascode\.tekton\.dev\/[\w-]+["']?\s*:/m;

/** Files in `.tekton`, and those where an object has an annotation of Pipelines-as-Code, hold placeholders. */
export function isPacFile(path: string, text: string): boolean {
  return (/(?:^|\/)\.tekton\//.test(path) || ANNOTATION.test(text)) && text.search(PLACEHOLDER) !== -1;
}

/**
 * The objects of a file with every placeholder filled. Pipelines-as-Code replaces text before YAML is read, so that a
 * branch's name can change what the YAML says; here a value never is more than the text of a field.
 *
 * @throws {InvalidRunError} naming every placeholder that there is no value for
 */
export function fillObjects(text: string, source: string, values: PacValues): readonly LoadedObject[] {
  const mark = `pac${randomBytes(8).toString('hex')}x`;
  const marks = new Map<string, string>();
  const missing = new Set<string>();
  const marked = text.replaceAll(PLACEHOLDER, (whole, name: string) => {
    if (!OURS.test(name)) return whole;
    const value = values.get(name);
    if (value === undefined) missing.add(name);
    const token = `${mark}${marks.size}z`;
    marks.set(token, value ?? '');
    return token;
  });
  if (missing.size > 0) {
    const list = [...missing].map((name) => `{{ ${name} }}`).join(', ');
    throw new InvalidRunError(`${source} asks for ${list}, which this repository does not say`, {
      hint: `give it: ${[...missing].map((name) => `--pac-param ${name}=…`).join(' ')}`,
    });
  }
  const pattern = new RegExp(`${mark}\\d+z`, 'g');
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(pattern, (token) => marks.get(token) ?? token);
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [fill(key), fill(inner)]));
  };
  return parseObjects(marked, source).map(({ object, source: at }) => ({
    object: fill(object) as LoadedObject['object'],
    source: at,
  }));
}
