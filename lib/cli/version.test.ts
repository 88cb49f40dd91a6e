import { expect, test } from 'vitest';
import { captured } from '#test/captured';
import packageJson from '../../package.json' with { type: 'json' };
import { runCommandLine } from './command-line.ts';

test('the version names what it was built from', async () => {
  const text = await captured(() => runCommandLine(['version'], undefined));
  const json = await captured(() => runCommandLine(['version', '-o', 'json'], undefined));

  expect(text.stdout).toMatch(
    /^bootc-catalog \d+\.\d+\.\d+ \([0-9a-f]{12}(?:-dirty)?\), Node 24\.\d+\.\d+, linux\/\w+\n$/,
  );
  expect(JSON.parse(json.stdout)).toEqual({
    version: packageJson.version,
    revision: expect.stringMatching(/^[0-9a-f]{12}/),
    node: process.versions.node,
    platform: `${process.platform}/${process.arch}`,
  });
});
