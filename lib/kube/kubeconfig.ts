import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { jsonOf, quoted } from '#lib/text';
import type { ClusterAccess } from './access.ts';
import { ClusterError } from './errors.ts';

const Text = z.string().optional();
const named = <S extends z.ZodType>(field: string, schema: S) =>
  z.array(z.looseObject({ name: z.string(), [field]: schema.optional() })).default([]);

const Cluster = z.looseObject({
  server: z.string(),
  'certificate-authority': Text,
  'certificate-authority-data': Text,
  'insecure-skip-tls-verify': z.boolean().optional(),
});
const User = z.looseObject({
  token: Text,
  tokenFile: Text,
  'client-certificate': Text,
  'client-certificate-data': Text,
  'client-key': Text,
  'client-key-data': Text,
});
const Context = z.looseObject({ cluster: z.string(), user: z.string() });

/** A kubeconfig, as far as it is read (kubernetes.io, "kubeconfig (v1)"). */
const Kubeconfig = z.looseObject({
  clusters: named('cluster', Cluster),
  contexts: named('context', Context),
  users: named('user', User),
  'current-context': z.string(),
});

/**
 * The access of the current context of a kubeconfig.
 *
 * @throws {ClusterError} for one that cannot be read, that asks for no verification, or whose user is known by a program
 */
export async function readKubeconfig(path: string): Promise<ClusterAccess> {
  const refuse = (why: string, hint?: string) =>
    new ClusterError(`cannot use the kubeconfig ${path}: ${why}`, hint === undefined ? {} : { hint });
  const parsed = Kubeconfig.safeParse(await documentOf(await read(path, refuse)));
  if (!parsed.success) throw refuse('it is no kubeconfig with a current-context');
  const { clusters, contexts, users, 'current-context': current } = parsed.data;
  const context = find(contexts, current, 'context') as z.output<typeof Context> | undefined;
  if (context === undefined) throw refuse(`there is no context ${quoted(current)}`);
  const cluster = find(clusters, context.cluster, 'cluster') as z.output<typeof Cluster> | undefined;
  if (cluster === undefined) throw refuse(`there is no cluster ${quoted(context.cluster)}`);
  const user = find(users, context.user, 'user') as z.output<typeof User> | undefined;
  if (user === undefined) throw refuse(`there is no user ${quoted(context.user)}`);
  const url = URL.parse(cluster.server);
  if (url?.protocol !== 'https:') throw refuse('its server is no https address');
  if (cluster['insecure-skip-tls-verify'] === true)
    throw refuse('it asks for no verification of the server', 'give the authorities of the cluster');
  for (const way of ['exec', 'auth-provider', 'username'])
    if (Object.hasOwn(user, way))
      throw refuse(`its user has ${way}`, 'give a token, or a certificate and its key');

  const either = async (data: string | undefined, file: string | undefined) => {
    if (data !== undefined) return Buffer.from(data, 'base64').toString();
    return file === undefined ? undefined : read(resolve(dirname(path), file), refuse);
  };
  const ca = await either(cluster['certificate-authority-data'], cluster['certificate-authority']);
  if (ca === undefined) throw refuse('it has no authorities for its cluster');
  const token = user.token ?? (await either(undefined, user.tokenFile))?.trim();
  const cert = await either(user['client-certificate-data'], user['client-certificate']);
  const key = await either(user['client-key-data'], user['client-key']);
  const certificate = cert === undefined || key === undefined ? undefined : { cert, key };
  if (token === undefined && certificate === undefined)
    throw refuse('its user has neither a token nor a certificate with its key');
  return { url, ca, token, certificate };
}

async function read(path: string, refuse: (why: string) => ClusterError): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw refuse(`${path} cannot be read (${error.code})`);
  });
}

/** YAML is loaded only for who needs it, which no pod does. */
async function documentOf(text: string): Promise<unknown> {
  const json = jsonOf(text);
  if (json !== undefined) return json;
  const { parse } = await import('yaml');
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function find(list: readonly Readonly<Record<string, unknown>>[], name: string, field: string): unknown {
  return list.find((one) => one.name === name)?.[field];
}
