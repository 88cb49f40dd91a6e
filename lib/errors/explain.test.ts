import { expect, test } from 'vitest';
import { ExpectedError, explain, redact } from './explain.ts';

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
    const before = process.cpuUsage();
    redact(`${part.repeat(100_000)} @`);
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  }
});

test('no text of a stranger reaches the terminal as it is, or fills the log', () => {
  const cause = new Error(`\u001b]0;pwned\u0007${'x'.repeat(400_000)}`);
  const error = new ExpectedError('cannot read it\nat all', { cause, hint: 'y'.repeat(400_000) });

  expect(explain(error)).toMatch(
    /^cannot read it\nat all: \\u001b\]0;pwned\\u0007x+… \(400010 characters\)\nhint: y+… \(400000 characters\)$/,
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
