import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeId } from './image-facts.ts';

/** Writes a compose of a few packages (NEVRAs, of aarch64) into an empty directory; its metadata alone. */
export function writeCompose(directory: string, nevras: readonly string[]): string {
  const write = (name: string, content: object | string) =>
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
  mkdirSync(join(directory, 'compose/metadata'), { recursive: true });
  write('COMPOSE_ID', composeId);
  write('STATUS', 'STARTED\n');
  const Everything = { id: 'Everything', uid: 'Everything', name: 'Everything', type: 'variant' };
  write('compose/metadata/composeinfo.json', {
    header: { type: 'productmd.composeinfo', version: '1.2' },
    payload: {
      compose: { id: composeId, date: '20261123', type: 'nightly', respin: 0 },
      release: { name: 'Fedora', short: 'Fedora', version: '43', type: 'ga', is_layered: false },
      variants: { Everything: { ...Everything, arches: ['aarch64'], paths: {} } },
    },
  });
  const rpm = { path: 'Everything/aarch64/os/Packages/x.rpm', sigkey: null, category: 'binary' };
  const binaries = Object.fromEntries(nevras.map((nevra) => [nevra, rpm]));
  write('compose/metadata/rpms.json', {
    header: { type: 'productmd.rpms', version: '1.2' },
    payload: { rpms: { Everything: { aarch64: { 'x-0:1-1.src': binaries } } } },
  });
  return directory;
}
