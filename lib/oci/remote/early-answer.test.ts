import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '#lib/process';

test('a process ends once it has its answer, also one that came before all was sent', async () => {
  const server = createServer((request, response) => {
    response.writeHead(500, { 'content-length': '0' }).end();
    request.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const program = `
    import { setTimeout as sleep } from 'node:timers/promises';
    import { createTransport } from ${JSON.stringify(join(import.meta.dirname, 'http/transport.ts'))};
    const transport = createTransport({ idleTimeout: 60_000, certificateFolders: [], ca: [], unverified: [] });
    async function* body() {
      yield Buffer.alloc(1000);
      await sleep(500);
      yield Buffer.alloc(1000);
    }
    const response = await transport.send({
      method: 'PUT', url: new URL('http://127.0.0.1:${port}/'), headers: {}, body, size: 2000,
    });
    for await (const _ of response.body);
    transport.close();
    console.log(response.status);
  `;

  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: 15_000,
  });

  expect(stdout.trim()).toBe('500');
  server.close();
});
