import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run } from '#lib/process';

export interface GitServer {
  /** `http://127.0.0.1:<port>`; a repository is a directory below it. */
  readonly url: string;
  /** Authorization headers that came. */
  readonly logins: readonly (string | undefined)[];
  close(): void;
}

/** Git's own server (git http-backend, a CGI program) over http on loopback, for repositories below a directory. */
export async function serveGit(root: string, login?: string): Promise<GitServer> {
  const { stdout } = await run('git', ['--exec-path']);
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  const logins: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const { authorization } = request.headers;
    logins.push(authorization);
    if (wanted !== undefined && authorization !== wanted) {
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    }
    const { pathname, search } = new URL(request.url ?? '/', 'http://loopback');
    const child = spawn(`${stdout.trim()}/git-http-backend`, {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        PATH_INFO: decodeURIComponent(pathname),
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
        REMOTE_ADDR: '127.0.0.1',
      },
    });
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf('\r\n\r\n');
      const headers = answer.subarray(0, end).toString().split('\r\n');
      let status = 200;
      for (const header of headers) {
        const [, name = '', value = ''] = /^([^:]+): *(.*)$/.exec(header) ?? [];
        if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
        else if (name !== '') response.setHeader(name, value);
      }
      response.writeHead(status).end(answer.subarray(end + 4));
    });
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, logins, close };
}
