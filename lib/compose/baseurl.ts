import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ComposeInfo } from './compose-info.ts';
import { InvalidComposeError } from './errors.ts';

type Info = ComposeInfo['payload'];

/**
 * URL of a variant's repository with dnf's `$basearch` in place of the architecture.
 *
 * @throws {InvalidComposeError} no such variant, or repositories that differ by more than their architecture
 */
export function variantBaseurl(location: string, info: Info, variant: string): string {
  const known = info.variants[variant];
  if (!known) {
    throw new InvalidComposeError(`the compose ${info.compose.id} has no variant ${variant}`, {
      hint: `it has: ${Object.keys(info.variants).join(', ')}`,
    });
  }
  const paths = Object.entries(known.paths.repository ?? known.paths.os_tree ?? {});
  const templates = new Set(
    paths.map(([arch, path]) =>
      path
        .split('/')
        .map((segment) => (segment === arch ? '$basearch' : segment))
        .join('/'),
    ),
  );
  const [template = `${variant}/$basearch/os`, ...others] = templates;
  if (others.length > 0) {
    throw new InvalidComposeError(
      `the repositories of ${variant} in ${info.compose.id} follow no pattern: ${[...templates].join(', ')}`,
    );
  }
  const url = isUrl(template) ? template : `${rootUrl(location)}/compose/${template}`;
  return `${url.replace(/\/+$/, '')}/`;
}

function rootUrl(location: string): string {
  return (isUrl(location) ? location : pathToFileURL(resolve(location)).href).replace(/\/+$/, '');
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
