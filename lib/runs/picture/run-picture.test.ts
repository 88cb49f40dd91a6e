import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, findBrowser, openBrowser, type Page } from '#test/screens/browser';
import { evil, line, plan, storedRun } from '#test/screens/stored-run';
import { runPicture } from './run-picture.ts';

let directory: string;
let browser: Browser | undefined;
let page: Page;
const program = findBrowser();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'picture-'));
  await mkdir(join(directory, 'logs/run-index'), { recursive: true });
  await writeFile(
    join(directory, 'logs/run-index/compile.log'),
    ['first', `\u001b[31m${evil}\u0007`].map((text) => line(text)).join(''),
  );
  await writeFile(join(directory, 'run.html'), await runPicture(storedRun(directory)));
  if (program === undefined) return;
  browser = await openBrowser(program);
  page = await browser.open(pathToFileURL(join(directory, 'run.html')).href);
});

afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true, force: true });
});

test('two hundred tasks make a page of a size that opens at once', async () => {
  const text = await runPicture(storedRun(directory));

  expect(plan).toHaveLength(200);
  expect(text.length).toBeLessThan(1_000_000);
  expect(text).not.toMatch(/https?:|<script|<img|src=x onerror="/);
});

test.skipIf(program === undefined)('loads in a browser without a word of complaint', async () => {
  expect(await page.evaluate('document.title')).toBe('run: Failed');
  expect(await page.evaluate('document.styleSheets.length')).toBe(1);
  expect(page.problems).toEqual([]);
});

test.skipIf(program === undefined)('shows every task and every edge, none over a box', async () => {
  const edges = plan.reduce((sum, { after = [] }) => sum + after.length, 0);
  const parents = new Set(plan.flatMap(({ after = [] }) => after));
  const leaves = plan.filter(({ name, isFinally }) => !isFinally && !parents.has(name)).length;

  expect(await page.evaluate('document.querySelectorAll("a.node").length')).toBe(plan.length);
  expect(await page.evaluate('document.querySelectorAll("path.edge").length')).toBe(edges + leaves + 2);
  expect(await page.evaluate('document.querySelectorAll("path.edge.takes").length')).toBe(1);
  expect(await page.evaluate(overlaps('a.node rect.box'))).toEqual([]);
  expect(await page.evaluate(edgesOverBoxes)).toEqual([]);
  expect(await page.evaluate(textsOutside)).toEqual([]);
});

test.skipIf(program === undefined)('shows a bar for each step, beside each other', async () => {
  const runs = plan.reduce((sum, { runs: count = 1 }) => sum + count, 0);

  expect(await page.evaluate('document.querySelectorAll(".timeline .row").length')).toBe(runs);
  expect(await page.evaluate('document.querySelectorAll("rect.bar.step").length')).toBe(2 * runs);
  expect(await page.evaluate('document.querySelectorAll("rect.bar.bad").length')).toBe(1);
  expect(await page.evaluate(overlaps('rect.bar', 'one.getBoundingClientRect()'))).toEqual([]);
  expect(await page.evaluate('document.querySelectorAll("table.tasks tbody tr").length')).toBe(plan.length);
});

test.skipIf(program === undefined)('params, results, names and logs stay text', async () => {
  expect(await page.evaluate('window.broken === undefined')).toBe(true);
  expect(await page.evaluate('document.querySelectorAll("script, img, iframe, [onerror]").length')).toBe(0);
  expect(await page.evaluate('document.querySelector("section.task pre").textContent')).toBe(
    `first\n${evil}\ufffd`,
  );
  expect(await page.evaluate('document.querySelector("details dl dd").textContent')).toBe(evil);
  expect(await page.evaluate('document.querySelector("a.node:nth-of-type(2) title").textContent')).toContain(
    evil,
  );
});

test.skipIf(program === undefined)('a click on a task shows its steps and its last lines', async () => {
  const shown =
    '[...document.querySelectorAll("section.task")].filter(one => one.offsetHeight > 0).map(one => one.ariaLabel)';
  expect(await page.evaluate(shown)).toEqual([]);

  await page.evaluate(
    'document.querySelector("a.node.Failed").dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}))',
  );

  expect(await page.evaluate(shown)).toEqual(['Task index']);
  expect(await page.evaluate('document.querySelector("section.task:target").innerText')).toContain(
    'exit code 3',
  );
});

test.skipIf(program === undefined)('is readable in the light and in the dark', async () => {
  const colours =
    'JSON.stringify([getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color])';

  await page.setDark(false);
  const light = await page.evaluate(colours);
  await page.setDark(true);

  expect([light, await page.evaluate(colours)]).toEqual([
    '["rgb(255, 255, 255)","rgb(28, 30, 33)"]',
    '["rgb(21, 24, 28)","rgb(228, 230, 234)"]',
  ]);
});

/** Numbers of their own: what the browser gives is computed again at every look. */
const boxBy = (what: string) =>
  `(one) => { const { x, y, width, height } = ${what}; return { x, y, right: x + width, bottom: y + height }; }`;
const boxOf = boxBy('one.getBBox()');

/** Pairs of rectangles that cover a part of each other by more than rounding does. */
function overlaps(selector: string, by = 'one.getBBox()'): string {
  return `(() => {
    const all = [...document.querySelectorAll(${JSON.stringify(selector)})].map(${boxBy(by)});
    return all.flatMap((a, i) => all.slice(i + 1).filter((b) =>
      a.right > b.x + 0.02 && b.right > a.x + 0.02 && a.bottom > b.y && b.bottom > a.y));
  })()`;
}

const edgesOverBoxes = `(() => {
  const boxes = [...document.querySelectorAll('a.node rect.box')].map(${boxOf});
  return [...document.querySelectorAll('path.edge')].filter((path) => {
    const length = path.getTotalLength();
    for (let at = 2; at < length - 2; at += 45) {
      const { x, y } = path.getPointAtLength(at);
      if (boxes.some((box) => x > box.x + 1 && x < box.right - 1 && y > box.y && y < box.bottom)) return true;
    }
    return false;
  }).map((path) => path.dataset.edge);
})()`;

const textsOutside = `[...document.querySelectorAll('a.node')].filter((node) => {
  const [box, ...texts] = [node.querySelector('.box'), ...node.querySelectorAll('text')].map(${boxOf});
  return texts.some((text) => text.right > box.right || text.bottom > box.bottom);
}).map((node) => node.dataset.task)`;
