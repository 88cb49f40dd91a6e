import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificate } from '#test/registries/certificate';

/** What an account asks for: the verb, the resource with its subresource, and the object. */
export interface Asked {
  readonly verb: string;
  /** `releases`, `releases/status`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

type ApiObject = Readonly<Record<string, unknown>>;

/** A stand-in for the API of a cluster, which no package registry has; what is in front of it is real TLS. */
export interface StandInForClusterApi extends AsyncDisposable {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  /** Its authority, in PEM. */
  readonly ca: string;
  readonly token: string;
  /** A kubeconfig for it. */
  readonly kubeconfig: string;
  /** A directory as a kubelet mounts it for the account. */
  readonly account: string;
  /** `KUBERNETES_SERVICE_*` of a pod. */
  readonly env: Readonly<Record<string, string>>;
  /** Objects by `<plural>/<namespace>/<name>`. */
  readonly objects: Map<string, ApiObject>;
  /** What the account may do; everything, where it is not set. */
  permits: (asked: Asked) => boolean;
  /** Answers in place of its own, the first for the first request. */
  readonly answers: { status: number; body: string; headers?: Record<string, string> }[];
  /** Every request, in order. */
  readonly requests: { method: string; url: string; authorization: string | undefined; body: string }[];
}

const TOKEN = 'token-of-the-account';

export async function standInForClusterApi(): Promise<StandInForClusterApi> {
  const account = mkdtempSync(join(tmpdir(), 'cluster-api-'));
  const { key, pem: cert } = await createCertificate(account);
  const objects = new Map<string, ApiObject>();
  const api = {
    permits: (_: Asked): boolean => true,
    answers: [] as StandInForClusterApi['answers'],
    requests: [] as StandInForClusterApi['requests'],
  };
  const server = createServer({ key: readFileSync(key), cert }, (request, response) => {
    void textOf(request).then((body) => {
      const { method = '', url = '', headers } = request;
      api.requests.push({ method, url, authorization: headers.authorization, body });
      const scripted = api.answers.shift();
      if (scripted !== undefined)
        return response.writeHead(scripted.status, scripted.headers).end(scripted.body);
      if (headers.authorization !== `Bearer ${TOKEN}`) return refuse(response, 401, 'Unauthorized');
      return answer({ method, url, body }, response);
    });
  });
  const answer = (
    { method, url, body }: { method: string; url: string; body: string },
    response: ServerResponse,
  ) => {
    if (method === 'POST' && url === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') {
      const review = JSON.parse(body) as { spec: { resourceAttributes: Record<string, string> } };
      const {
        verb = '',
        resource = '',
        subresource,
        namespace = '',
        name = '',
      } = review.spec.resourceAttributes;
      const asked = {
        verb,
        resource: subresource === undefined ? resource : `${resource}/${subresource}`,
        namespace,
        name,
      };
      return tell(response, 201, { ...review, status: { allowed: api.permits(asked) } });
    }
    const found = /^\/apis?\/(?:[^/]+\/)?v[^/]+\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)(\/status)?$/.exec(url);
    if (found === null) return refuse(response, 404, `the server has nothing at ${url}`);
    const [, namespace = '', plural = '', name = '', status = ''] = found;
    const verb = method === 'GET' ? 'get' : method === 'PATCH' && status !== '' ? 'patch' : '';
    if (verb === '') return refuse(response, 405, `${method} is not served`);
    if (!api.permits({ verb, resource: `${plural}${status}`, namespace, name }))
      return refuse(response, 403, `${plural} "${name}" is forbidden`);
    const id = `${plural}/${namespace}/${name}`;
    const object = objects.get(id);
    if (object === undefined) return refuse(response, 404, `${plural} "${name}" not found`);
    if (verb === 'get') return tell(response, 200, object);
    const { status: patch } = JSON.parse(body) as { status: unknown };
    const patched = { ...object, status: merged(object.status, patch) };
    objects.set(id, patched);
    return tell(response, 200, patched);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}`;
  const kubeconfig = join(account, 'kubeconfig');
  writeFileSync(join(account, 'token'), `${TOKEN}\n`);
  writeFileSync(join(account, 'ca.crt'), cert);
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(url, cert)));
  return Object.assign(api, {
    url,
    ca: cert,
    token: TOKEN,
    kubeconfig,
    account,
    env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port) },
    objects,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(account, { recursive: true });
    },
  });
}

function kubeconfigOf(server: string, ca: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'stand-in', user: 'account' } }],
    clusters: [
      {
        name: 'stand-in',
        cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: 'account', user: { token: TOKEN } }],
  };
}

/** RFC 7396, "MergePatch". */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base = typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {};
  const entries = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) entries.delete(key);
    else entries.set(key, merged(entries.get(key), value));
  }
  return Object.fromEntries(entries);
}

function tell(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, code: number, message: string): void {
  tell(response, code, { apiVersion: 'v1', kind: 'Status', status: 'Failure', message, code });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
