import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeId } from './images/bootc-config.ts';

/** Writes a compose of a few packages (NEVRAs, by architecture) into an empty directory; its metadata alone. */
export function writeCompose(
  directory: string,
  packages: Readonly<Record<string, readonly string[]>>,
): string {
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
      variants: { Everything: { ...Everything, arches: Object.keys(packages), paths: {} } },
    },
  });
  const rpm = { path: 'Everything/x/os/Packages/x.rpm', sigkey: null, category: 'binary' };
  const arches = Object.entries(packages).map(([arch, nevras]) => {
    const binaries = Object.fromEntries(nevras.map((nevra) => [nevra, rpm]));
    return [arch, { 'x-0:1-1.src': binaries }] as const;
  });
  write('compose/metadata/rpms.json', {
    header: { type: 'productmd.rpms', version: '1.2' },
    payload: { rpms: { Everything: Object.fromEntries(arches) } },
  });
  return directory;
}
