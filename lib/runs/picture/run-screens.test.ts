import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, findBrowser, openBrowser, type Page } from '#test/screens/browser';
import { evil, line, small, storedRun } from '#test/screens/stored-run';
import { runPicture } from './run-picture.ts';
import { runsPage } from './runs-page.ts';

let directory: string;
let browser: Browser | undefined;
let page: Page;
const program = findBrowser();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'screens-'));
  await mkdir(join(directory, 'logs/run-index'), { recursive: true });
  const log = [...Array.from({ length: 40 }, (_, index) => `ok ${index}`), `error: ${evil}`, 'bye'];
  await writeFile(join(directory, 'logs/run-index/compile.log'), log.map(line).join(''));
  await writeFile(join(directory, 'run.html'), await runPicture(storedRun(directory, small)));
  if (program === undefined) return;
  browser = await openBrowser(program);
  page = await browser.open(pathToFileURL(join(directory, 'run.html')).href);
});

afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true, force: true });
});

test.skipIf(program === undefined).for([400, 920, 1280])(
  'the failure is on the first screen, and nothing is cut or wider than it, at %i pixels',
  async (width) => {
    await page.setSize(width, 800);

    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const graph = 'document.querySelector(".scroll")';
    const alarm = 'document.querySelector(".alarm")';
    expect(await page.evaluate(`${alarm}.getBoundingClientRect().bottom < innerHeight`)).toBe(true);
    expect(await page.evaluate(`${alarm}.innerText`)).toContain('index/compile exited with 3');
    expect(await page.evaluate(`${alarm}.querySelector('pre').textContent`)).toContain(evil);
    // The params wait behind their fold.
    expect(await page.evaluate('document.querySelector("details").open')).toBe(false);
    if (width > 640)
      expect(await page.evaluate(`${graph}.scrollWidth <= ${graph}.clientWidth`)).toBe(width > 1000);
    const ends = '[...document.querySelectorAll("rect.bar")].map((one) => one.getBoundingClientRect().right)';
    expect(await page.evaluate(`Math.max(...${ends}) <= innerWidth`)).toBe(true);
    await page.setSize(1280, 800);
  },
);

test.skipIf(program === undefined)('the keyboard leads from the failure to its logs', async () => {
  await page.evaluate('location.hash = "#top"; document.querySelector(".alarm a").focus(); undefined');
  await page.press('Enter');

  const target = 'document.querySelector("section.task:target")';
  expect(await page.evaluate(`${target}.ariaLabel`)).toBe('Task index');
  // The end of the log is there at once, and all of it behind a fold.
  expect(await page.evaluate(`${target}.querySelector("details summary").textContent`)).toBe(
    'more of the log: 42 lines',
  );
  expect(await page.evaluate(`${target}.querySelector("details + pre").textContent`)).toMatch(/bye$/);
  expect(await page.evaluate(`${target}.querySelector("details + pre").textContent`)).not.toContain('ok 5\n');
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

test.skipIf(program === undefined).for([
  [400, false],
  [400, true],
  [920, false],
  [1280, false],
  [1280, true],
] as const)('axe finds nothing at %i pixels, dark %s', { timeout: 60_000 }, async ([width, isDark]) => {
  await page.setSize(width, 800);
  await page.setDark(isDark);
  await page.evaluate('location.hash = "#task-4"; undefined');
  await page.evaluate(`${axe}; undefined`);

  const found = await page.evaluate<unknown>(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.slice(0, 2).map(({ html, failureSummary }) => [html.slice(0, 200), failureSummary])]))',
  );

  expect(found).toEqual([]);
  await page.setDark(false);
  await page.setSize(1280, 800);
});

test.skipIf(program === undefined).for([
  [400, true],
  [1280, false],
] as const)(
  'the page over runs leads to each, and axe finds nothing at %i pixels, dark %s',
  async ([width, isDark]) => {
    const { summary } = storedRun(directory, small);
    const file = join(directory, 'index.html');
    const here = { ...summary, directory: join(directory, 'a run') };
    await writeFile(file, runsPage([here, { ...here, name: evil, status: 'Succeeded', failed: [] }], file));
    const index = await browser?.open(pathToFileURL(file).href);
    await index?.setSize(width, 800);
    await index?.setDark(isDark);
    await index?.evaluate(`${axe}; undefined`);

    expect(
      await index?.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))'),
    ).toEqual([]);
    expect(await index?.evaluate('document.querySelector("th a").getAttribute("href")')).toBe(
      'a%20run/run.html',
    );
    expect(await index?.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(
      await index?.evaluate('[...document.querySelectorAll("th a")].map((one) => one.textContent)'),
    ).toEqual(['run', evil]);
  },
);

test('a page of a run that goes on loads itself again, and one that is over does not', async () => {
  const stored = storedRun(directory, small);
  const goesOn = await runPicture({ ...stored, summary: { ...stored.summary, status: 'Running' } });

  expect(goesOn).toContain('<meta http-equiv="refresh" content="3">');
  expect(await runPicture(stored)).not.toContain('http-equiv="refresh"');
});
