import { createHash } from 'node:crypto';
import { html, type Markup } from './html.ts';
import { style } from './style.ts';

interface PageOptions {
  readonly title: string;
  readonly body: Markup;
  /** Seconds after which it loads itself again; never unless told. */
  readonly refresh?: number;
}

/** A page that needs nothing else, and whose policy lets nothing else in. */
export function htmlPage({ title, body, refresh }: PageOptions): string {
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
${
  refresh === undefined
    ? ''
    : html`<meta http-equiv="refresh" content="${refresh}">
`
}<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.markup;
}
