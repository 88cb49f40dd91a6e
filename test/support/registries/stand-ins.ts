import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  request as requestUpstream,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningRegistry } from './registries.ts';

/** What a client asks a stand-in. */
interface Question {
  readonly method: string;
  readonly path: string;
  /** Where the stand-in is, by another name than its clients use: a store of blobs of another origin. */
  readonly store: string;
  /** Where it is for its clients. */
  readonly host: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Answers in the registry's place, or not. */
type Quirk = (question: Question) => Answer | undefined;

/** A registry of a vendor as it is known to answer, where that is not as the distribution-spec has it. */
export interface StandIn {
  readonly name: string;
  /** Where each of its answers was seen. */
  readonly sources: readonly string[];
  readonly quirks: readonly Quirk[];
  /** Changes the Link to the next page of tags; pages are then of one tag. */
  readonly link?: (link: string, question: Question) => string;
  readonly mounts: boolean;
  readonly deletes: boolean;
  /** Whether an artifact can be listed under its subject. */
  readonly attaches: boolean;
}

const json = { 'content-type': 'application/json' };
const error = (status: number, code: string): Answer => ({
  status,
  headers: json,
  body: JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }),
});

const isMount = ({ method, path }: Question) => method === 'POST' && path.includes('mount=');
const blobOf = ({ path }: Question) => /^\/v2\/(?<name>.+)\/blobs\/(?<digest>sha256:\w+)$/.exec(path)?.groups;

const referrers =
  (answer: Answer): Quirk =>
  ({ path }) =>
    path.includes('/referrers/') ? answer : undefined;

const refusedMount =
  (answer: Answer): Quirk =>
  (question) =>
    isMount(question) ? answer : undefined;

const noDelete: Quirk = ({ method, path }) =>
  method === 'DELETE' && path.includes('/manifests/') ? error(405, 'UNSUPPORTED') : undefined;

/** Blobs lie in a store that signs for GET alone. */
const signedForGet =
  (status: number): Quirk =>
  (question) => {
    const { method, path, store } = question;
    if (path.startsWith('/store/'))
      return method === 'HEAD' ? error(403, 'SignatureDoesNotMatch') : undefined;
    const blob = ['GET', 'HEAD'].includes(method) ? blobOf(question) : undefined;
    return blob && { status, headers: { location: `http://${store}/store${path}?X-Amz-Signature=abc` } };
  };

/** HEAD of a manifest without a length or a type. */
const emptyHead: Quirk = ({ method, path }) =>
  method === 'HEAD' && path.includes('/manifests/') && !/sha256:|sha256-/.test(path)
    ? { status: 200, headers: { 'content-length': '0', 'content-type': 'text/plain' } }
    : undefined;

/** Tokens of GitLab are for one repository of the two that a mount names. */
const oneScope: Quirk = (question) => {
  const { path, host } = question;
  if (path.startsWith('/jwt/auth')) return { status: 200, headers: json, body: '{"token":"one scope"}' };
  if (!isMount(question)) return undefined;
  const challenge = `Bearer realm="http://${host}/jwt/auth",service="container_registry",error="insufficient_scope"`;
  return { ...error(401, 'UNAUTHORIZED'), headers: { ...json, 'www-authenticate': challenge } };
};

/** The tag of a digest is taken for the digest. */
const tagIsDigest: Quirk = ({ method, path, host }) => {
  const found = /^(?<before>\/v2\/.+\/manifests\/)sha256-(?<hex>[0-9a-f]{64})$/.exec(path)?.groups;
  if (found === undefined || method === 'PUT') return undefined;
  return { status: 307, headers: { location: `http://${host}${found.before}sha256:${found.hex}` } };
};

export const standIns: readonly StandIn[] = [
  {
    name: 'Quay',
    sources: [
      'quay/quay#3071: 400 for the referrers of what it does not know',
      'ivanilves/lstags#185: pages of 50 whose place is next_page',
    ],
    quirks: [referrers(error(400, 'MANIFEST_INVALID')), (question) => nextPageToken(question)],
    link: (link) => link.replace('last=', 'next_page=token-'),
    mounts: true,
    deletes: true,
    attaches: true,
  },
  {
    name: 'Artifactory',
    sources: [
      'google/go-containerregistry#2026: 406 for referrers',
      'renovatebot/renovate#15080: the next page without the name of its repository',
    ],
    quirks: [referrers(error(406, 'NOT_ACCEPTABLE'))],
    link: (link) => link.replace(/\/v2\/[^/]+\//, '/v2/'),
    mounts: true,
    deletes: true,
    attaches: true,
  },
  {
    name: 'Harbor',
    sources: [
      'goharbor/harbor#22078: 400 for a mount',
      'goharbor/harbor#13793: HEAD of a manifest without type and length',
    ],
    quirks: [refusedMount(error(400, 'BAD_REQUEST')), emptyHead],
    mounts: false,
    deletes: true,
    attaches: true,
  },
  {
    name: 'GitLab',
    sources: [
      'estesp/manifest-tool#53: a token for one of two repositories, so 401 for a mount',
      'oras-project/oras-go#1396: no referrers, and a tag sha256-… is the digest',
    ],
    quirks: [oneScope, referrers(error(404, 'NOT_FOUND')), tagIsDigest],
    mounts: false,
    deletes: true,
    attaches: false,
  },
  {
    name: 'Pulp',
    sources: ['pulp/pulp_container#579: 302 to a store that answers 403 to HEAD'],
    quirks: [signedForGet(302), referrers(error(404, 'NOT_FOUND'))],
    mounts: true,
    deletes: true,
    attaches: true,
  },
  {
    name: 'ECR',
    sources: ['aws/containers-roadmap#2860: 202 for a mount of what no manifest names'],
    quirks: [],
    mounts: false,
    deletes: true,
    attaches: true,
  },
  {
    name: 'GHCR',
    sources: [
      'dataaxiom/ghcr-cleanup-action#13: 404 for referrers, no OCI-Subject',
      'containerd/stargz-snapshotter#167: 307 to a store that answers 403 to HEAD',
      'containers/skopeo#1880: 405 for a delete',
    ],
    quirks: [
      signedForGet(307),
      referrers({ status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' }),
      noDelete,
    ],
    mounts: true,
    deletes: false,
    attaches: true,
  },
  {
    name: 'Docker Hub',
    sources: [
      'containerd/stargz-snapshotter#128: a store that answers 403 to HEAD',
      'distribution/distribution#1831: 405 for a delete',
    ],
    quirks: [signedForGet(307), noDelete],
    mounts: true,
    deletes: false,
    attaches: true,
  },
];

/** Quay's place in a list is a token of its own; here it is turned back into the tag. */
function nextPageToken({ path, host }: Question): Answer | undefined {
  if (!path.includes('next_page=token-')) return undefined;
  return { status: 307, headers: { location: `http://${host}${path.replace('next_page=token-', 'last=')}` } };
}

/** A stand-in in front of a real registry: what is not known to be different is the registry's. */
export async function startStandIn(standIn: StandIn, upstream: string): Promise<RunningRegistry> {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const question = {
      method: request.method ?? '',
      path: request.url ?? '',
      store: `localhost:${port}`,
      host: `127.0.0.1:${port}`,
    };
    const answer = standIn.quirks.map((quirk) => quirk(question)).find((found) => found !== undefined);
    if (answer !== undefined) {
      request.resume();
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    const [hostname, upstreamPort] = upstream.split(':');
    const path = upstreamPath(standIn, question);
    const { method, headers } = request;
    const outgoing = requestUpstream({ hostname, port: upstreamPort, method, path, headers });
    outgoing.on('error', () => request.socket.destroy());
    outgoing.on('response', (incoming) => {
      writeHead(response, incoming.statusCode ?? 500, incoming.headers, (link) =>
        standIn.link === undefined ? link : standIn.link(link, question),
      );
      incoming.pipe(response);
    });
    request.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function upstreamPath(standIn: StandIn, { path }: Question): string {
  const [plain = '', query = ''] = path.split('?');
  if (plain.startsWith('/store/')) return plain.slice('/store'.length);
  // A mount that is not done begins an upload.
  if (!standIn.mounts && query.includes('mount=')) return plain;
  return standIn.link !== undefined && plain.endsWith('/tags/list') ? path.replace('n=1000', 'n=1') : path;
}

function writeHead(
  response: ServerResponse,
  status: number,
  { link, ...headers }: IncomingHttpHeaders,
  change: (link: string) => string,
): void {
  response.writeHead(status, { ...headers, ...(link === undefined ? {} : { link: change(String(link)) }) });
}
