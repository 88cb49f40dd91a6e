import { printable, quoted, withoutUserinfo } from '#lib/text';
import { type Digest, parseDigest } from './digest.ts';
import { InvalidReferenceError } from './errors.ts';

/** The name of an image, `registry/repository[:tag][@digest]`, in full: nothing is left to defaults but the tag. */
export interface Reference {
  /** Host, with a port where one was given: `quay.io`, `127.0.0.1:5000`, `[::1]:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
  toString(): string;
}

// distribution/reference v0.6, "Grammar".
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const HOST =
  /^(?:\[[0-9A-Fa-f:]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::\d{1,5})?$/;
const MAX_NAME = 255;

/** @throws {InvalidReferenceError} saying which part is wrong, and how */
export function parseReference(text: string): Reference {
  const fail = (why: string, hint?: string): never => {
    const options = hint === undefined ? {} : { hint };
    const told = quoted(withoutUserinfo(text, '***@'));
    throw new InvalidReferenceError(`not an image reference: ${told}: ${why}`, options);
  };
  if (text === '') fail('it is empty');
  const scheme = /^[a-z-]+:\/\//.exec(text)?.[0];
  if (scheme !== undefined) fail(`it starts with ${printable(scheme)}`, `leave out ${printable(scheme)}`);
  if (/\s/.test(text)) fail('it has white space in it');

  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : parseDigest(text.slice(at + 1));
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  const name = hasTag ? named.slice(0, colon) : named;

  const { registry, repository } = splitName(name);
  if (!HOST.test(registry)) fail(`${quoted(registry)} is no host name`);
  if (tag !== undefined && !TAG.test(tag)) {
    fail(tagProblem(tag));
  }
  const problem = repositoryProblem(repository);
  if (problem !== undefined) fail(problem);
  return createReference({ registry, repository, tag, digest });
}

/** What to ask the registry for: the digest, else the tag, else `latest`. */
export function identifierOf(reference: Reference): string {
  return reference.digest ?? reference.tag ?? 'latest';
}

/** @throws {InvalidReferenceError} */
export function parseTag(tag: string): string {
  if (TAG.test(tag)) return tag;
  throw new InvalidReferenceError(`not a tag: ${quoted(tag)}: ${tagProblem(tag)}`);
}

function createReference(parts: Omit<Reference, 'toString'>): Reference {
  const { registry, repository, tag, digest } = parts;
  const text = `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  // `toString` is not enumerable, so that references with the same parts are equal and JSON has the parts alone.
  return Object.freeze(
    Object.defineProperty({ registry, repository, tag, digest }, 'toString', { value: () => text }),
  );
}

/**
 * Splits a name as docker does: the first part is a host if it looks like one, and a name without a host is on Docker
 * Hub.
 */
function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  const isHost = slash !== -1 && (/[.:[]/.test(first) || first === 'localhost' || /[A-Z]/.test(first));
  if (isHost && first !== 'docker.io' && first !== 'index.docker.io') {
    return { registry: first, repository: name.slice(slash + 1) };
  }
  const repository = isHost ? name.slice(slash + 1) : name;
  return {
    registry: 'docker.io',
    repository: repository.includes('/') ? repository : `library/${repository}`,
  };
}

function repositoryProblem(repository: string): string | undefined {
  if (repository.length > MAX_NAME) {
    return `the repository's name is longer than ${MAX_NAME} characters`;
  }
  for (const part of repository.split('/')) {
    if (part === '') return 'a part of the repository is empty';
    if (/[A-Z]/.test(part)) return `${quoted(part)} has capital letters`;
    if (!COMPONENT.test(part)) {
      return `${quoted(part)} may hold a-z and 0-9, with single . _ or - between them`;
    }
  }
  return undefined;
}

function tagProblem(tag: string): string {
  if (tag === '') return 'the tag is empty';
  if (tag.length > 128) return 'the tag is longer than 128 characters';
  return `the tag ${quoted(tag)} may hold letters, digits, _ . and -, and not start with . or -`;
}
