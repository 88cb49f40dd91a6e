import { expect, test } from 'vitest';
import { html } from './html.ts';

test.for<[text: string, markup: string]>([
  ['<b>&"\'', '&lt;b&gt;&amp;&quot;&#39;'],
  ['one\r\n\ttwo é 😀', 'one\r\n\ttwo é 😀'],
  ['\u001b[31m\u0007', '\ufffd[31m\ufffd'],
  ['\u202egnp.exe\u200b\u009b\u2028\ud83d\u{e0001}', '\\u202egnp.exe\\u200b\\u009b\\u2028\\ud83d\\u{e0001}'],
])('the text %j stands in a page as it is written', ([text, markup]) => {
  expect(html`${text}`.markup).toBe(markup);
  expect(html`<p>${html`${text}`}</p>`.markup).toBe(`<p>${markup}</p>`);
});
