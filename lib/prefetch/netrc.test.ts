import { expect, test } from 'vitest';
import { run } from '#lib/process';
import { parseNetrc } from './netrc.ts';

const text = `# who asks
machine a.example login me password "p w\\"x"
machine b.example
  login you # not a word
  account x
  password p#w
macdef init
machine c.example login no password no

default login anybody password at-all
`;

test('says who asks, as Python does', async () => {
  const hosts = ['a.example', 'b.example', 'c.example', 'x.example'];
  const python = [
    'import json, netrc, os, sys, tempfile',
    'f = tempfile.NamedTemporaryFile("w", delete=False); f.write(sys.stdin.read()); f.close()',
    'n = netrc.netrc(f.name); os.unlink(f.name)',
    `print(json.dumps([n.authenticators(h) for h in ${JSON.stringify(hosts)}]))`,
  ].join('\n');

  const { stdout } = await run('python3', ['-c', python], { input: text });

  const known = JSON.parse(stdout) as [string, string, string][];
  const netrc = parseNetrc(text);
  expect(hosts.map(netrc)).toEqual(known.map(([username, , password]) => ({ username, password })));
});

test('asks as nobody where nothing is said', () => {
  expect(parseNetrc('')('a')).toBeUndefined();
  expect(parseNetrc('machine b login x password y')('a')).toBeUndefined();
});

test.for(['SECRET', 'machine a login SECRET password', 'machine a SECRET b', 'machine'])(
  '%s is refused, without a word of it',
  (wrong) => {
    expect(() => parseNetrc(wrong)).toThrow(/^cannot read the netrc: (?!.*SECRET)/);
  },
);
