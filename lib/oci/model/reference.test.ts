import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { explain } from '#lib/errors';
import { parseDigest } from './digest.ts';
import { InvalidReferenceError } from './errors.ts';
import { parsePlatform } from './platform.ts';
import { identifierOf, parseReference, parseTag } from './reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;

test.for([
  ['quay.io/a/b', 'quay.io', 'a/b', undefined, undefined],
  ['quay.io/a/b:43', 'quay.io', 'a/b', '43', undefined],
  [`quay.io/a/b@${DIGEST}`, 'quay.io', 'a/b', undefined, DIGEST],
  [`127.0.0.1:5000/a:1@${DIGEST}`, '127.0.0.1:5000', 'a', '1', DIGEST],
  ['localhost/a', 'localhost', 'a', undefined, undefined],
  ['localhost:5000/a_b/c__d/e--f.g', 'localhost:5000', 'a_b/c__d/e--f.g', undefined, undefined],
  ['[::1]:5000/a', '[::1]:5000', 'a', undefined, undefined],
  ['fedora', 'docker.io', 'library/fedora', undefined, undefined],
  ['fedora:43', 'docker.io', 'library/fedora', '43', undefined],
  ['docker:dind', 'docker.io', 'library/docker', 'dind', undefined],
  ['someone/image', 'docker.io', 'someone/image', undefined, undefined],
  ['docker.io/fedora', 'docker.io', 'library/fedora', undefined, undefined],
  ['index.docker.io/a/b', 'docker.io', 'a/b', undefined, undefined],
] as const)('reads %s', ([text, registry, repository, tag, digest]) => {
  const reference = parseReference(text);

  expect(reference).toEqual({ registry, repository, tag, digest });
  expect(parseReference(reference.toString())).toEqual(reference);
});

test.for([
  ['', 'it is empty'],
  ['docker://quay.io/a', 'it starts with docker://'],
  ['https://quay.io/a', 'it starts with https://'],
  ['quay.io/a b', 'white space'],
  ['quay.io/A/b', '"A" has capital letters'],
  ['quay.io//b', 'a part of the repository is empty'],
  ['quay.io/', 'a part of the repository is empty'],
  ['quay.io/a/../b', '".." may hold'],
  ['quay.io/a:', 'the tag is empty'],
  ['quay.io/a:-x', 'the tag "-x" may hold'],
  [`quay.io/a:${'x'.repeat(129)}`, 'longer than 128'],
  [`quay.io/${'x'.repeat(256)}`, 'longer than 255'],
  ['quay.io/a@sha256:abc', 'sha256 takes 64 lower case hex digits'],
  ['quay.io/a@md5:abc', 'only sha256:… and sha512:…'],
  ['-quay.io/a', '"-quay.io" is no host name'],
  ['qu_ay.io/a', '"qu_ay.io" is no host name'],
] as const)('refuses %j: %s', ([text, why]) => {
  expect(() => parseReference(text)).toThrow(why);
  expect(() => parseReference(text)).toThrow(InvalidReferenceError);
});

test('never fails in any other way, and what it takes it writes the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9.:/@_-]{0,40}$/)), (text) => {
      try {
        const reference = parseReference(text);
        expect(parseReference(reference.toString())).toEqual(reference);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidReferenceError);
      }
    }),
  );
});

test.for(['https://user:SECRET@quay.io/a', 'user:SECRET@quay.io/a', 'https://u:a/SECRET@quay.io/a'])(
  'who asks is no part of a reference, and %s is not told with it',
  (text) => {
    expect(() => parseReference(text)).toThrow(/^(?!.*SECRET)not (?:an image reference|a digest)/);
  },
);

test('what is long is cut', () => {
  expect(() => parseReference(`quay.io/${'A'.repeat(100_000)}`)).toThrow(/^.{0,800}$/);
  expect(() => parseTag('x'.repeat(100_000))).toThrow(/^.{0,800}$/);
});

test.for<[string, string]>([
  ['a/b', 'not a tag: "a/b"'],
  ['', 'the tag is empty'],
])('%j is no tag', ([tag, message]) => {
  expect(() => parseTag(tag)).toThrow(message);
});

test('asks for the digest before the tag, and for latest without either', () => {
  expect(identifierOf(parseReference(`a/b:1@${DIGEST}`))).toBe(DIGEST);
  expect(identifierOf(parseReference('a/b:1'))).toBe('1');
  expect(identifierOf(parseReference('a/b'))).toBe('latest');
});

test('is its parts and nothing else in JSON, and cannot be changed', () => {
  const reference = parseReference('quay.io/a:1');

  expect(JSON.parse(JSON.stringify(reference))).toEqual({ registry: 'quay.io', repository: 'a', tag: '1' });
  expect(Object.isFrozen(reference)).toBe(true);
});

const HOSTILE = `\u001b]0;pwned\u0007\n${'x'.repeat(100_000)}`;

test.for<[name: string, parse: () => unknown]>([
  ['a reference', () => parseReference(HOSTILE)],
  ['a host', () => parseReference(`${HOSTILE.replace('\n', '')}.example/a`)],
  ['a repository', () => parseReference(`quay.io/${'X'.repeat(100_000)}`)],
  ['a scheme', () => parseReference(`${'x'.repeat(100_000)}://quay.io/a`)],
  ['a tag', () => parseTag(HOSTILE)],
  ['the tag of a reference', () => parseReference(`quay.io/a:-${'x'.repeat(100_000)}`)],
  ['a digest', () => parseDigest(HOSTILE)],
  ['the digest of a reference', () => parseReference(`quay.io/a@${'x'.repeat(100_000)}`)],
  ['a platform', () => parsePlatform(HOSTILE)],
])('%s of any length is told in a line', ([, parse]) => {
  expect(explain(thrownBy(parse))).toMatch(/^[ -~…]{1,900}(?:\nhint: [ -~…]{1,300})?$/u);
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
