import { type Kind, rules, served } from './kinds.ts';

/** What a request asks for. */
export interface Route {
  readonly kind: Kind;
  readonly namespace: string;
  /** Empty for all of a namespace. */
  readonly name: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

/** `/api/v1/namespaces/a/secrets/b`, `/apis/appstudio.redhat.com/v1alpha1/namespaces/a/releases/b/status` */
const PATH =
  /^\/(?:api\/(v1)|apis\/([a-z0-9.-]+)\/([a-z0-9]+))\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/;

/** @returns undefined for a path that no kind of objects has that is known here */
export function routeOf(pathname: string): Route | undefined {
  const [, core, group = '', version = core, namespace = '', plural, name = '', subresource = ''] =
    PATH.exec(decoded(pathname)) ?? [];
  const kind = [...served, ...rules].find(
    (one) => one.plural === plural && one.group === group && one.version === version,
  );
  return kind && { kind, namespace, name, subresource };
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return '';
  }
}
