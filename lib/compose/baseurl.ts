import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAddress, printable, quoted } from '#lib/text';
import type { ComposeInfo } from './compose-info.ts';
import { InvalidComposeError } from './errors.ts';

type Info = ComposeInfo['payload'];

/**
 * URL of a variant's repository with dnf's `$basearch` in place of the architecture.
 *
 * @throws {InvalidComposeError} no such variant, or repositories that differ by more than their architecture
 */
export function variantBaseurl(location: string, info: Info, variant: string): string {
  const root = rootUrl(location);
  const templates = new Set(
    Object.entries(pathsOf(info, variant)).map(([arch, path]) => templateOf(path, arch, root, info)),
  );
  const [template = templateOf(`${variant}/${BASEARCH}/os`, '', root, info), ...others] = templates;
  if (others.length > 0) {
    const list = printable([...templates].join(', '), 1_000);
    throw new InvalidComposeError(
      `the repositories of ${variant} in ${info.compose.id} follow no pattern: ${list}`,
    );
  }
  return template;
}

/** Architectures, in RPM's names, for which a variant has packages: those that it lists and has a repository for. */
export function variantArchitectures(info: Info, variant: string): readonly string[] {
  const repositories = Object.keys(pathsOf(info, variant));
  const { arches } = variantOf(info, variant);
  return repositories.length === 0 ? arches : arches.filter((arch) => repositories.includes(arch));
}

function variantOf(info: Info, variant: string) {
  const known = Object.hasOwn(info.variants, variant) ? info.variants[variant] : undefined;
  if (known) return known;
  const names = printable(Object.keys(info.variants).join(', '), 1_000);
  throw new InvalidComposeError(`the compose ${info.compose.id} has no variant ${printable(variant)}`, {
    hint: `it has: ${names}`,
  });
}

/** The paths by architecture; an empty one counts as missing. */
function pathsOf(info: Info, variant: string): Readonly<Record<string, string>> {
  const { repository = {}, os_tree = {} } = variantOf(info, variant).paths;
  return Object.keys(repository).length > 0 ? repository : os_tree;
}

/** Stands for `$basearch` while every other $ is encoded, which dnf would take for a variable of its own. */
const BASEARCH = '\0';

function templateOf(path: string, arch: string, root: string, info: Info): string {
  const segments = path.split('/').map((segment) => (segment === arch && arch !== '' ? BASEARCH : segment));
  const url = isUrl(path) ? remoteUrl(segments.join('/'), info) : belowRoot(segments, path, root, info);
  // dnf reads a list of URLs here, and splits it at spaces and commas.
  const safe = url.replaceAll('$', '%24').replaceAll(',', '%2C').replaceAll(BASEARCH, '$basearch');
  return `${safe.replace(/\/+$/, '')}/`;
}

function belowRoot(segments: readonly string[], path: string, root: string, info: Info): string {
  const parts = segments.filter((segment) => segment !== '');
  if (path.startsWith('/') || parts.some((part) => part === '.' || part === '..') || hasControls(path)) {
    throw new InvalidComposeError(
      `composeinfo.json of ${info.compose.id} has ${quoted(path)} for a repository, which is no path in the compose`,
    );
  }
  const encoded = parts.map((part) => (part === BASEARCH ? part : encodeURIComponent(part)));
  return [root, 'compose', ...encoded].join('/');
}

function remoteUrl(text: string, info: Info): string {
  const marked = text.replaceAll(BASEARCH, MARK);
  const address = hasControls(marked) ? undefined : parseAddress(marked);
  const isUsable =
    address !== undefined &&
    address.userinfo === undefined &&
    /^(?:https?|ftp|file):$/.test(address.url.protocol) &&
    address.url.search === '' &&
    address.url.hash === '';
  if (isUsable) return address.url.href.replaceAll(MARK, BASEARCH);
  throw new InvalidComposeError(
    `composeinfo.json of ${info.compose.id} has a URL for a repository that dnf cannot use`,
    { hint: 'it must be http(s), without credentials and without a query' },
  );
}

/** Stands for it in a URL, which leaves this text as it is. */
const MARK = 'basearch-04f1c1f7';

function rootUrl(location: string): string {
  return (isUrl(location) ? location : pathToFileURL(resolve(location)).href).replace(/\/+$/, '');
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

function hasControls(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text.replaceAll(BASEARCH, ''));
}
