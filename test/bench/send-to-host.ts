// Sends one directory to a host, as a process of its own that can be measured: send-to-host.ts ADDRESS DIRECTORY KEY FROM
import { connectHost } from '#lib/host';

const [address = '', directory = '', identity = '', from = ''] = process.argv.slice(2);
const say = (message: string) => process.stderr.write(`${message}\n`);
const host = await connectHost({ address, directory, identity, log: { info: say, warn: say } });
await host.send([{ from, to: 'sent' }]);
// What is there stays, as that of the peer does: cleaning up is no part of the measure.
process.exit(0);
