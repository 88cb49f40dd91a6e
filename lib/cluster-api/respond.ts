import * as z from 'zod';
import { jsonOf, printable } from '#lib/text';
import { type Account, type Attempt, decide, forbidden } from './access.ts';
import { type Answer, refusal } from './answer.ts';
import { type Kind, resourceName } from './kinds.ts';
import { isMap, mergePatch } from './merge-patch.ts';
import type { ClusterObject } from './object.ts';
import { type Route, routeOf } from './route.ts';
import type { Store } from './store.ts';

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly contentType: string;
  readonly body: string;
  readonly account: Account;
}

export interface Context {
  readonly store: Store;
  /** Is told of each object that has changed, before the one who changed it has an answer. */
  readonly changed: (object: ClusterObject) => Promise<void>;
}

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const MERGE = 'application/merge-patch+json';
const SERVED = `get, patch of a status by ${MERGE}, and SelfSubjectAccessReview`;

/** What the API of a cluster would say to a request of an account that it knows. */
export async function respond(request: Request, context: Context): Promise<Answer> {
  const { method, url, account } = request;
  if (url.pathname === REVIEWS)
    return method === 'POST' ? review(request, context.store) : notServed(`${method} of ${REVIEWS}`);
  const route = routeOf(url.pathname);
  if (route === undefined) {
    const asked = `${method} ${printable(url.pathname)}`;
    return refusal(
      'NotFound',
      `the server could not find the requested resource: ${asked} is not served here, only ${SERVED}`,
    );
  }
  const attempt = attemptOf(method, route);
  const decision = decide(context.store, account, attempt);
  if (!decision.isAllowed)
    return refusal('Forbidden', forbidden(account, attempt, decision), detailsOf(route));
  const { kind, name, subresource } = route;
  const isPatch = method === 'PATCH' && subresource === 'status' && kind.hasStatus;
  const isGet =
    method === 'GET' && name !== '' && (subresource === '' || (subresource === 'status' && kind.hasStatus));
  if (!isGet && !isPatch) {
    const of = `${resourceName(kind)}${subresource === '' ? '' : `/${printable(subresource)}`}`;
    return notServed(`${attempt.verb} of ${of}`);
  }
  const object = context.store.get(kind, route.namespace, name);
  if (object === undefined)
    return refusal('NotFound', `${resourceName(kind)} ${JSON.stringify(name)} not found`, detailsOf(route));
  return isGet ? { code: 200, body: object } : patchStatus(request, route, object, context);
}

function notServed(what: string): Answer {
  return refusal(
    'MethodNotAllowed',
    `the server does not allow this method on the requested resource: ${what} is not served here, only ${SERVED}`,
  );
}

/** apiserver, pkg/endpoints/request/requestinfo.go */
const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

function attemptOf(method: string, { kind, namespace, name, subresource }: Route): Attempt {
  const verb =
    method === 'GET' || method === 'HEAD'
      ? name === ''
        ? 'list'
        : 'get'
      : method === 'DELETE' && name === ''
        ? 'deletecollection'
        : (verbs[method] ?? method.toLowerCase());
  return { verb, group: kind.group, resource: kind.plural, subresource, namespace, name };
}

function detailsOf({ kind, name }: { readonly kind: Kind; readonly name: string }) {
  return { name, ...(kind.group !== '' && { group: kind.group }), kind: kind.plural };
}

async function patchStatus(
  { contentType, body }: Request,
  { kind, name }: Route,
  object: ClusterObject,
  { store, changed }: Context,
): Promise<Answer> {
  if (contentType !== MERGE)
    return refusal(
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${MERGE}`,
    );
  const patch = jsonOf(body);
  if (!isMap(patch)) return refusal('BadRequest', 'the body of the patch is no object of JSON');
  const version = isMap(patch.metadata) ? patch.metadata.resourceVersion : undefined;
  if (version !== undefined && version !== object.metadata.resourceVersion) {
    const why = 'the object has been modified; please apply your changes to the latest version and try again';
    const what = `Operation cannot be fulfilled on ${resourceName(kind)} ${JSON.stringify(name)}`;
    return refusal('Conflict', `${what}: ${why}`, detailsOf({ kind, name }));
  }
  // All else of the patch is not looked at: the subresource is of the status alone.
  const { status } = mergePatch(
    { status: object.status ?? {} },
    'status' in patch ? { status: patch.status } : {},
  ) as {
    readonly status?: unknown;
  };
  if (status !== undefined && !isMap(status)) {
    const what = `${kind.kind}.${kind.group} ${JSON.stringify(name)} is invalid`;
    return refusal(
      'Invalid',
      `${what}: status: Invalid value: must be of type object`,
      detailsOf({ kind, name }),
    );
  }
  const { status: _, ...rest } = object;
  const next = store.replace(kind, { ...(rest as ClusterObject), ...(status !== undefined && { status }) });
  await changed(next);
  return { code: 200, body: next };
}

/** authorization.k8s.io/v1 SelfSubjectAccessReview, of resources of a namespace. */
const Review = z.object({
  kind: z.literal('SelfSubjectAccessReview'),
  spec: z.object({
    resourceAttributes: z.object({
      namespace: z.string().default(''),
      verb: z.string().default(''),
      group: z.string().default(''),
      resource: z.string().default(''),
      subresource: z.string().default(''),
      name: z.string().default(''),
    }),
  }),
});

function review({ body, account }: Request, store: Store): Answer {
  const { data } = Review.safeParse(jsonOf(body));
  if (data === undefined)
    return refusal(
      'BadRequest',
      'the body is no SelfSubjectAccessReview with spec.resourceAttributes, and no other is answered here',
    );
  const { isAllowed, reason } = decide(store, account, data.spec.resourceAttributes);
  return {
    code: 201,
    body: {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: data.spec,
      status: { allowed: isAllowed, ...(reason !== '' && { reason }) },
    },
  };
}
