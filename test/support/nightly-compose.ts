import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export const id = 'Fedora-43-20261123.n.0';

/** composeinfo.json of a compose that has one variant with one package. */
export const info = {
  header: { type: 'productmd.composeinfo', version: '1.2' },
  payload: {
    compose: { id, date: '20261123', type: 'nightly', respin: 0 },
    release: { name: 'Fedora', short: 'Fedora', version: '43', type: 'ga', is_layered: false },
    variants: {
      Everything: {
        id: 'Everything',
        uid: 'Everything',
        name: 'Everything',
        type: 'variant',
        arches: ['s390x'],
        paths: {},
      },
    },
  },
};

export const rpm = { path: 'Everything/s390x/os/Packages/b/bash.rpm', sigkey: null };

export const rpms = {
  header: { type: 'productmd.rpms', version: '1.2' },
  payload: {
    rpms: {
      Everything: {
        s390x: {
          'bash-0:5.3-1.fc43.src': {
            'bash-0:5.3-1.fc43.s390x': { ...rpm, category: 'binary' },
            'bash-0:5.3-1.fc43.src': { ...rpm, category: 'source' },
          },
        },
      },
    },
  },
};

const files = new Map([
  ['/nightly/COMPOSE_ID', id],
  ['/nightly/STATUS', 'FINISHED'],
  ['/nightly/compose/metadata/composeinfo.json', JSON.stringify(info)],
  ['/nightly/compose/metadata/rpms.json', JSON.stringify(rpms)],
]);

/** Answers with the file of the compose in /nightly. */
export function answer(request: IncomingMessage, response: ServerResponse): void {
  const text = files.get(request.url ?? '');
  response.writeHead(text === undefined ? 404 : 200).end(text);
}

/** Listens on loopback until the test is over. */
export async function serve(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
