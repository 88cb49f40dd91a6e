import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const containerfile = readFileSync(resolve(import.meta.dirname, '../../Containerfile'), 'utf8');
const [guard = 'exit 99'] = /case "\$BASE"[\s\S]*?esac/.exec(containerfile) ?? [];
const digest = `sha256:${'0'.repeat(64)}`;

const buildOn = (base: string) =>
  execa('sh', ['-euc', guard.replaceAll('\\\n', '\n')], { env: { BASE: base }, reject: false });

test.for([`quay.io/fedora/fedora:43@${digest}`, `quay.io/a@${digest}`, 'localhost/bootc-catalog-base:x'])(
  'whoever builds the Containerfile may build it on %s',
  async (base) => {
    expect((await buildOn(base)).exitCode).toBe(0);
  },
);

test.for(['quay.io/fedora/fedora:43', 'quay.io/fedora/fedora', 'registry.localhost/a:1', ''])(
  'the build ends before it begins on %s',
  async (base) => {
    const { exitCode, stderr } = await buildOn(base);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error: BASE=${base} can be another image tomorrow`);
  },
);

test('every base of the Containerfile is that one, or what was built on it', () => {
  const bases = [...containerfile.matchAll(/^FROM (\S+)(?: AS (\S+))?/gm)];
  const names = bases.map(([, , name]) => name);

  const others = bases.filter(([, base]) => base !== 'scratch' && !names.includes(base));

  expect(others.map(([line]) => line)).toEqual([containerfile.match(/^FROM \$\{BASE\}.*$/m)?.[0]]);
});
