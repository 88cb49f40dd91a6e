import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { run } from '#lib/process';

const setup = join(import.meta.dirname, 'setup');
const scratch = mkdtempSync(join(tmpdir(), 'setup-'));
const asked = join(scratch, 'asked');
const osRelease = join(scratch, 'os-release');

// Neither Fedora nor its repositories are at hand: stand-ins play its two programs, the rest of the script is real.
beforeEach(() => {
  rmSync(asked, { force: true });
  stub('dnf', `echo "$@" >>${asked}`);
  stub('rpm', `[ -e ${asked} ]`);
  writeFileSync(osRelease, 'ID=fedora\nVERSION_ID=43\n');
});

afterAll(() => rmSync(scratch, { recursive: true }));

test.runIf(process.getuid?.() === 0)('asks dnf for what is missing, all at once', async () => {
  stub('registry', ':');

  const { stderr } = await start();

  const [call, ...others] = readFileSync(asked, 'utf8').trim().split('\n');
  expect(others).toEqual([]);
  expect(call).toMatch(/^-y --setopt=install_weak_deps=False install .*\bqemu-user-static\b/);
  expect(call).not.toContain('docker-distribution');
  expect(stderr).toMatch(/^setup: installing \d+ system packages with their dependencies: /);
});

test('installs nothing where all is there', async () => {
  stub('registry', ':');
  stub('rpm', ':');

  const { stderr } = await start();

  expect(stderr).not.toContain('installing');
  expect(existsSync(asked)).toBe(false);
});

test('refuses a distribution that it does not know', async () => {
  writeFileSync(osRelease, 'ID=plan9\nNAME="Plan 9"\n');

  await expect(start()).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining('cannot set up Plan 9'),
  });
});

test.runIf(process.getuid?.() === 0)('says when the package manager fails', async () => {
  stub('dnf', 'echo "Error: nothing provides it"; exit 1');

  await expect(start()).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining('cannot install the system packages with dnf'),
  });
});

function stub(name: string, body: string): void {
  writeFileSync(join(scratch, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(scratch, name), 0o755);
}

function start() {
  return run(setup, ['system'], { env: { PATH: `${scratch}:${process.env.PATH}`, OS_RELEASE: osRelease } });
}
