import { readdir, readFile } from 'node:fs/promises';
import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CredentialsError } from '../../model/errors.ts';
import { isLoopback } from './endpoint.ts';
import { loadHttp, loadHttps, loadTls } from './node-http.ts';

export interface AgentOptions {
  /** PEM certificates of authorities that count beside the system's. */
  readonly ca: readonly string[];
  /** Folders with one folder for each registry, as in containers-certs.d(5). */
  readonly certificateFolders: readonly string[];
  /** Variables that name proxies, as `http.Agent` of Node.js reads them. */
  readonly proxy: Readonly<Record<string, string | undefined>>;
}

/** Connections that are kept open, by what TLS and proxies need. */
export interface Agents {
  for(url: URL, isUnverified: boolean): Promise<Agent>;
  close(): void;
}

export const CERTIFICATE_FOLDERS: readonly string[] = [
  join(homedir(), '.config/containers/certs.d'),
  '/etc/containers/certs.d',
  '/etc/docker/certs.d',
];

export function createAgents(options: AgentOptions): Agents {
  const agents = new Map<string, Promise<Agent>>();
  return {
    for(url, isUnverified) {
      const key = `${url.origin} ${isUnverified}`;
      const known = agents.get(key) ?? createAgent(url, isUnverified, options);
      agents.set(key, known);
      return known;
    },
    close() {
      for (const agent of agents.values()) {
        agent.then(
          (open) => open.destroy(),
          () => {},
        );
      }
      agents.clear();
    },
  };
}

/**
 * Milliseconds for each address of a host but the last. Node's 250 are less than a connection to another continent takes,
 * so that a host with several addresses would never be reached (nodejs/node#54359).
 */
const ADDRESS_TIMEOUT = 5_000;

async function createAgent(url: URL, isUnverified: boolean, options: AgentOptions): Promise<Agent> {
  // Requests that stay on this machine go through no proxy, as in Go's programs.
  const proxy = isLoopback(url.host) ? {} : { proxyEnv: options.proxy };
  const shared = { keepAlive: true, autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT, ...proxy };
  if (url.protocol !== 'https:') return withLargeReads(new (loadHttp().Agent)(shared));
  const { ca, ...client } = await readCertificates(url.host, options.certificateFolders);
  return withLargeReads(
    new (loadHttps().Agent)({
      ...shared,
      ...client,
      rejectUnauthorized: !isUnverified,
      ca: [...trusted(), ...options.ca, ...ca],
    }),
  );
}

/** Bytes of a socket that are taken at once. */
const READ_SIZE = 1024 * 1024;

/**
 * Every connection reads into one buffer of its own. Otherwise each 64 KiB come in a new one, which the parser copies and
 * forgets: two thirds more time, and 60 MiB that wait for the garbage collector.
 */
function withLargeReads<T extends Agent>(agent: T): T {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const onread = {
      buffer: Buffer.allocUnsafeSlow(READ_SIZE),
      callback(this: Socket, size: number, buffer: Uint8Array) {
        // The parser has copied what it wants when this returns.
        this.emit('data', buffer.subarray(0, size));
        return true;
      },
    };
    return connect({ ...options, onread } as typeof options, callback);
  };
  return agent;
}

/** The system's authorities. They are read only once TLS is needed, since that takes a tenth of a second. */
function trusted(): readonly string[] {
  const tls = loadTls();
  return [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
}

interface Certificates {
  readonly ca: readonly string[];
  readonly cert?: string[];
  readonly key?: string[];
}

/** Reads a registry's folder: `*.crt` are authorities; `x.cert` and `x.key` identify us. */
async function readCertificates(host: string, folders: readonly string[]): Promise<Certificates> {
  for (const folder of folders) {
    const path = join(folder, host);
    const names = (await readdir(path).catch(() => [])).sort((a, b) => a.localeCompare(b, 'en'));
    if (names.length === 0) continue;
    const read = (ending: string) =>
      Promise.all(names.filter((name) => name.endsWith(ending)).map((name) => readPem(join(path, name))));
    const [ca, cert, key] = await Promise.all([read('.crt'), read('.cert'), read('.key')]);
    return { ca, ...(cert.length > 0 ? { cert, key } : {}) };
  }
  return { ca: [] };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CredentialsError(`cannot read the certificate ${path}`, { cause });
  }
}
