import { expect, test } from 'vitest';
import { ExpectedError } from './expected-error.ts';
import { explain, redact } from './explain.ts';

test('says the chain of causes once, then the hint', () => {
  const cause = new ExpectedError('connection refused', { hint: 'is the registry running?' });
  const error = new ExpectedError('cannot push 127.0.0.1:5000/a:b', { cause });

  expect(explain(error)).toBe(
    'cannot push 127.0.0.1:5000/a:b: connection refused\nhint: is the registry running?',
  );
});

test('leaves out a cause that its wrapper quotes', () => {
  const cause = new Error('no such file');

  expect(explain(new Error('cannot read x: no such file', { cause }))).toBe('cannot read x: no such file');
});

test('shows a stack only for a bug of ours', () => {
  expect(explain(new TypeError('x is not a function'))).toContain('explain.test.ts');
  expect(explain(new ExpectedError('no such task'))).not.toContain('explain.test.ts');
});

test('no message holds the password of an address', () => {
  expect(new ExpectedError('cannot read http://u:pw@h/x').message).toBe('cannot read http://***@h/x');
});

test('credentials are looked for in time that grows with the text alone', () => {
  for (const part of ['a://', 'a-', 'a:', 'a://b:c/', 'token=', '/a:', 'a:b@', '"a:b@c']) {
    // Processor time of this process, because the machine may be busy.
    const start = process.cpuUsage();
    redact(`${part.repeat(100_000)} @`);
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
  }
});

test('no text of a stranger reaches the terminal as it is, or fills the log', () => {
  const cause = new Error(`\u001b]0;pwned\u0007\u202e${'x'.repeat(400_000)}`);
  const error = new ExpectedError('cannot read it\nat all', { cause, hint: 'y'.repeat(400_000) });

  expect(explain(error)).toMatch(
    /^cannot read it\nat all: \\u001b\]0;pwned\\u0007\\u202ex+… \(400011 characters\)\nhint: y+… \(400000 characters\)$/,
  );
  expect(explain(error).length).toBeLessThan(21_000);
});

test.for([
  ['https://user:secret@quay.io/v2/', 'https://***@quay.io/v2/'],
  ['not a URL: http://u:a/SECRET@h/', 'not a URL: http://***@h/'],
  ["realpath '/a/https:/u:SECRET@h/x'", "realpath '/a/https:/***@h/x'"],
  ['Authorization: Bearer abcdefghijkl', 'Authorization: Bearer ***'],
  ['authorization: Basic dXNlcjpwYXNzd29yZA==, then', 'authorization: Basic ***, then'],
  ['not a platform: "user:secret@quay.io/a:1"', 'not a platform: "***@quay.io/a:1"'],
  ["no file '/w/user:secret@localhost:5000/a'", "no file '/w/***@localhost:5000/a'"],
  ['a=user:secret@h.example', 'a=***@h.example'],
  ['cannot pull quay.io/a/b:1@sha256:00', 'cannot pull quay.io/a/b:1@sha256:00'],
  ['cannot reach git@github.com:a/b', 'cannot reach git@github.com:a/b'],
  ['https://x/blob?token=abc&n=1', 'https://x/blob?token=***&n=1'],
] as const)('takes the credentials out of %s', ([text, expected]) => {
  expect(redact(text)).toBe(expected);
});

test('a cause is kept where there is one, and only there', () => {
  expect(Object.hasOwn(new ExpectedError('x'), 'cause')).toBe(false);
  expect(new ExpectedError('x', { cause: 'y' })).toMatchObject({ cause: 'y', name: 'ExpectedError' });
});

test('what is thrown may be no error at all', () => {
  expect(explain('no such file')).toBe('no such file');
  expect(explain(new Error('', { cause: 'no such file' }))).toBe('no such file');
  expect(explain({ cause: new Error('x'), hint: 'y', toString: () => 'z' })).toBe('z');
});

test('the nearest hint is told, and only one of ours', () => {
  const inner = new ExpectedError('b', { hint: 'inner' });

  expect(explain(new ExpectedError('a', { cause: inner, hint: 'outer' }))).toBe('a: b\nhint: outer');
  expect(explain(Object.assign(new Error('a', { cause: inner }), { hint: 'not ours' }))).toBe(
    'a: b\nhint: inner',
  );
});

test('ten links of a chain are told', () => {
  const chain = Array.from({ length: 12 }, (_, index) => `link ${index + 1}.`).reduceRight<Error | undefined>(
    (cause, message) => new Error(message, { cause }),
    undefined,
  );

  expect(explain(chain)).toMatch(/^link 1\.: .*link 10\.$/);
});

test.for([TypeError, ReferenceError, RangeError])('%o far inside is a bug of ours, too', (Bug) => {
  expect(explain(new Error('cannot', { cause: new Bug('bug') }))).toContain('explain.test.ts');
});

test('a stack can be asked for, and none may be there', () => {
  const error = new ExpectedError('cannot');

  expect(explain(error, { stack: true })).toMatch(/^cannot\nExpectedError: cannot\n +at /);
  expect(explain(Object.assign(error, { stack: undefined }), { stack: true })).toBe('cannot\n');
});

test('a message of 10,000 characters is told whole', () => {
  expect(explain(new ExpectedError('x'.repeat(10_000)))).toBe('x'.repeat(10_000));
});

test('a hint of another copy of this code is told, too', () => {
  const other = Object.assign(new Error('a'), { kind: 'invalid', hint: 'do this' });

  expect(explain(new Error('b', { cause: other }))).toBe('b: a\nhint: do this');
});

test('a failure is of this machine, or of the network, where nobody says otherwise', () => {
  expect(new ExpectedError('x').kind).toBe('environment');
  expect(new ExpectedError('x', { kind: 'usage' }).kind).toBe('usage');
});

test.for<[what: string, error: unknown, hint: string | undefined]>([
  ['an ExpectedError of another copy', Object.assign(new Error('a'), { kind: 'usage', hint: 'b' }), 'b'],
  ['something that is no Error', { kind: 'usage', hint: 'b', message: 'a' }, undefined],
  ['an Error of no kind', Object.assign(new Error('a'), { hint: 'b' }), undefined],
  ['an Error of another kind', Object.assign(new Error('a'), { kind: 'file', hint: 'b' }), undefined],
  ['a hint that is no text', Object.assign(new Error('a'), { kind: 'invalid', hint: 1 }), undefined],
])('the hint of %s', ([, error, hint]) => {
  expect(explain(error).split('\nhint: ')[1]).toBe(hint);
});
