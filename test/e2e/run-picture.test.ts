import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { findBrowser, openBrowser } from '#test/screens/browser';

/**
 * The picture of a run page in README is of a run that this makes, in a browser that this opens. PICTURE=1 writes it anew.
 */
const root = join(import.meta.dirname, '../..');
const kept = join(root, 'docs/images/run.png');
const [WIDTH, HEIGHT] = [1100, 760];
const program = findBrowser();

test('README shows a picture that is there', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('](docs/images/run.png)');
  expect(sizeOf(readFileSync(kept))).toEqual([WIDTH, HEIGHT]);
});

test.skipIf(program === undefined)(
  'a run that fails has a page that says so on its first screen',
  {
    timeout: 120_000,
  },
  async () => {
    const runs = mkdtempSync(join(tmpdir(), 'run-picture-'));
    onTestFinished(() => rmSync(runs, { recursive: true, force: true }));
    const file = join(root, 'docs/examples/failing.yaml');
    const args = ['run', '-f', file, '--image-map', '*=rootfs:/', '--runs-directory', runs];
    const ended = await execa(join(root, 'bin/bootc-catalog'), args, { reject: false });
    expect(ended.exitCode, ended.stderr).toBe(5);
    const page = readdirSync(runs)
      .map((name) => join(runs, name, 'run.html'))
      .find((path) => existsSync(path));

    const browser = await openBrowser(program ?? '');
    onTestFinished(() => browser.close());
    const opened = await browser.open(pathToFileURL(page ?? '').href);
    await opened.setSize(WIDTH, HEIGHT);
    await opened.setDark(false);

    expect(await opened.evaluate('document.querySelector(".alarm").innerText')).toContain(
      'test/unit exited with 3',
    );
    expect(await opened.evaluate('document.body.innerText')).toContain('assertion failed at start.c:12');
    const picture = await opened.picture();
    expect(sizeOf(picture)).toEqual([WIDTH, HEIGHT]);
    if (process.env.PICTURE === '1') writeFileSync(kept, picture);
  },
);

/** Width and height of a PNG, from its header. */
function sizeOf(png: Buffer): readonly number[] {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}
