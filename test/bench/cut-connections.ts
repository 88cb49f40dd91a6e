// A proxy that cuts one connection after so many bytes, then none until it gets SIGUSR2: cut-connections.ts PORT BYTES
import { startCuttingProxy } from '#test/servers/cutting-proxy';

const [port = '', most = ''] = process.argv.slice(2);
const proxy = await startCuttingProxy(Number(port));
let isArmed = true;
proxy.cutsAt = (_, bytes) => {
  if (!isArmed || bytes < Number(most)) return false;
  isArmed = false;
  return true;
};
process.on('SIGUSR2', () => {
  isArmed = true;
});
process.stdout.write(`${proxy.port}\n`);
