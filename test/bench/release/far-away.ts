// A way between a client and a registry on this machine that takes its time in both directions: far-away.ts <port> <ms>
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

const [port, milliseconds] = process.argv.slice(2).map(Number);

const server = createServer({ noDelay: true }, (near) => {
  const far = createConnection({ port: port as number, host: '127.0.0.1', noDelay: true });
  later(near, far);
  later(far, near);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log((server.address() as AddressInfo).port);
// It ends with whoever started it.
process.stdin.resume().on('end', () => process.exit());

function later(from: Socket, to: Socket): void {
  const after = (body: () => void) => setTimeout(body, milliseconds);
  from.on('data', (chunk: Buffer) => after(() => to.destroyed || to.write(chunk)));
  from.on('end', () => after(() => to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => after(() => to.destroy()));
}
