import { readFile } from 'node:fs/promises';

/** Another one after each boot (proc(5), sys/kernel/random/boot_id); empty where the kernel does not tell. */
export async function bootId(): Promise<string> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return text.trim();
}
