import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '#lib/process';

interface Machine {
  /** e_machine of the ELF header. */
  readonly machine: number;
  readonly isBigEndian?: boolean;
  readonly flags?: number;
  /** Instructions of exit(0). */
  readonly code: string;
}

const machines: Readonly<Record<string, Machine>> = {
  amd64: { machine: 62, code: '31ffb83c0000000f05' },
  arm64: { machine: 183, code: '000080d2a80b80d2010000d4' },
  ppc64le: { machine: 21, flags: 2, code: '000060380100003802000044' },
  s390x: { machine: 22, isBigEndian: true, code: 'a72900000a01' },
};

/**
 * Whether a program of this architecture runs here, natively or by a binfmt handler. The way to know is to run one:
 * /proc/sys/fs/binfmt_misc is not visible in a container.
 */
export async function canRun(architecture: string, scratch = tmpdir()): Promise<boolean> {
  const machine = machines[architecture];
  if (!machine) return false;
  const directory = await mkdtemp(join(scratch, 'emulation-'));
  try {
    const program = join(directory, `exit-${architecture}`);
    await writeFile(program, elf(machine), { mode: 0o755 });
    await run(program, []);
    return true;
  } catch {
    return false;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The smallest static program: an ELF header, one loadable segment, and exit(0). */
function elf({ machine, isBigEndian = false, flags = 0, code }: Machine): Buffer {
  const instructions = Buffer.from(code, 'hex');
  const headers = 64 + 56;
  const base = 0x10000n;
  const file = Buffer.alloc(headers);
  const u16 = (value: number, at: number) =>
    isBigEndian ? file.writeUInt16BE(value, at) : file.writeUInt16LE(value, at);
  const u32 = (value: number, at: number) =>
    isBigEndian ? file.writeUInt32BE(value, at) : file.writeUInt32LE(value, at);
  const u64 = (value: bigint, at: number) =>
    isBigEndian ? file.writeBigUInt64BE(value, at) : file.writeBigUInt64LE(value, at);
  const size = BigInt(headers + instructions.length);
  file.write('\x7fELF', 0, 'latin1');
  file.set([2, isBigEndian ? 2 : 1, 1], 4);
  u16(2, 16); // ET_EXEC
  u16(machine, 18);
  u32(1, 20);
  u64(base + BigInt(headers), 24); // entry
  u64(64n, 32); // program headers
  u32(flags, 48);
  u16(64, 52);
  u16(56, 54);
  u16(1, 56);
  u32(1, 64); // PT_LOAD
  u32(5, 68); // readable, executable
  u64(0n, 72);
  u64(base, 80);
  u64(base, 88);
  u64(size, 96);
  u64(size, 104);
  u64(base, 112);
  return Buffer.concat([file, instructions]);
}
