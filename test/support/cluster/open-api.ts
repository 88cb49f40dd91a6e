import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';
import { type ClusterObject, openClusterApi } from '#lib/cluster-api';
import { valid } from '../release/custom-resources.ts';

export const validated = {
  type: 'Validated',
  status: 'True',
  reason: 'Succeeded',
  message: '',
  lastTransitionTime: '2026-11-27T12:00:00Z',
};
/** A Release of the namespace `team`. */
export const release: ClusterObject = valid({
  apiVersion: 'appstudio.redhat.com/v1alpha1',
  kind: 'Release',
  metadata: { name: 'r', namespace: 'team' },
  spec: { snapshot: 's', releasePlan: 'p' },
  status: { conditions: [validated] },
});
export const secret: ClusterObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'login' },
  stringData: { token: 'geheim' },
};

interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly token?: string;
}

/** An API over objects, and how it is asked by the account `robot` of the namespace `team`. */
export async function openApi(...objects: readonly ClusterObject[]) {
  const changed: ClusterObject[] = [];
  const api = openClusterApi({ objects, namespace: 'team' });
  api.watch(async (one) => void changed.push(one));
  const listener = createServer();
  api.serve(listener);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listener.close();
    api.close();
  });
  const { port } = listener.address() as AddressInfo;
  const token = api.admit({ namespace: 'team', name: 'robot' });
  const ask = async (path: string, { method = 'GET', body, type, token: other = token }: Ask = {}) => {
    const answer = await new Promise<{ code: number; body: unknown }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${other}`, ...(type && { 'content-type': type }) };
      const sent = request({ host: '127.0.0.1', port, path, method, headers, ca: api.ca }, (response) => {
        text(response).then(
          (said) => resolve({ code: response.statusCode ?? 0, body: JSON.parse(said) }),
          reject,
        );
      });
      sent.once('error', reject);
      sent.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    return answer as { readonly code: number; readonly body: { readonly [field: string]: unknown } };
  };
  const patch = (body: unknown, type = 'application/merge-patch+json') =>
    ask(`${RELEASES}/r/status`, { method: 'PATCH', body, type });
  const mayI = async (resourceAttributes: object) => {
    const { code, body } = await ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      method: 'POST',
      type: 'application/json',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      },
    });
    expect(code).toBe(201);
    return body.status as { readonly allowed: boolean; readonly reason?: string };
  };
  return { api, ask, patch, mayI, changed, token };
}

export const RELEASES = '/apis/appstudio.redhat.com/v1alpha1/namespaces/team/releases';
