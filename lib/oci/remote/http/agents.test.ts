import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createRegistryClient } from '../registry-client.ts';

// This server takes a second to be reached, as one on another continent may: its queue is full, and the kernel asks
// again after a second.
const SLOW = `
import socket, threading, time
server = socket.socket()
server.bind(('127.0.0.1', 0))
server.listen(0)
full = [socket.socket() for _ in range(3)]
for one in full:
    one.setblocking(False)
    one.connect_ex(server.getsockname())
time.sleep(0.2)
print(server.getsockname()[1], flush=True)
time.sleep(0.6)
while True:
    connection, _ = server.accept()
    def answer(connection):
        while connection.recv(65536):
            connection.sendall(b'HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n')
    threading.Thread(target=answer, args=(connection,), daemon=True).start()
`;

afterEach(() => {
  vi.restoreAllMocks();
});

test('a host with two addresses is given the time that a connection takes', async () => {
  const server = spawn('python3', ['-c', SLOW], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void server.kill('SIGKILL'));
  const [port] = (await once(createInterface(server.stdout), 'line')) as [string];
  // The second address answers to nobody (RFC 5737).
  const addresses = ['127.0.0.1', '192.0.2.1'].map((address) => ({ address, family: 4 }));
  vi.spyOn(dns, 'lookup').mockImplementation(((
    _: string,
    __: object,
    done: (error: null, found: object) => void,
  ) => {
    setImmediate(() => done(null, addresses));
  }) as unknown as typeof dns.lookup);
  const registry = `two-addresses.example:${port}`;
  using client = createRegistryClient({
    plainHttp: { [registry]: true },
    credentials: async () => undefined,
    retry: { attempts: 1 },
  });

  // The registry was reached and has answered that it has no such image.
  await expect(client.repository(`${registry}/a`).resolve('1')).rejects.toThrow('answered 404');
});
