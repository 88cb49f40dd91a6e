// One copy between an image layout and a repository, as a process of its own that can be measured: copy.ts FROM TO
import { copy, createLayout, createRegistryClient, type Target } from '#lib/oci';

const [from = '', to = ''] = process.argv.slice(2);
using client = createRegistryClient({ credentials: async () => undefined });
await copy(open(from), open(to), { reference: '1', tags: ['1'] });

function open(name: string): Target {
  return name.startsWith('/') ? createLayout(name) : client.repository(name);
}
