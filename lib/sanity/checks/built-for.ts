interface Machine {
  readonly architecture: string;
  /** EI_DATA: 1 for little-endian, 2 for big-endian. */
  readonly data: 1 | 2;
}

/**
 * What OCI calls the machines of 64 bits, by e_machine of the ELF header (System V ABI, "Machine"). ppc64 and ppc64le,
 * s390 and s390x, amd64 and x32 have the same number.
 */
const machines: Readonly<Record<number, readonly Machine[]>> = {
  62: [{ architecture: 'amd64', data: 1 }],
  183: [{ architecture: 'arm64', data: 1 }],
  21: [
    { architecture: 'ppc64le', data: 1 },
    { architecture: 'ppc64', data: 2 },
  ],
  22: [{ architecture: 's390x', data: 2 }],
  243: [{ architecture: 'riscv64', data: 1 }],
};

/** OCI's name of the architecture that an ELF program is for; undefined where it is none. */
export function elfArchitecture(header: Buffer): string | undefined {
  if (header.length < 20 || header.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const [bits, data] = [header[4] === 2 ? 64 : 32, header[5] === 2 ? 2 : 1];
  const number = data === 2 ? header.readUInt16BE(18) : header.readUInt16LE(18);
  const machine = bits === 64 ? machines[number]?.find((one) => one.data === data) : undefined;
  const order = data === 2 ? 'big' : 'little';
  return machine?.architecture ?? `machine ${number} of ${bits} bits, ${order}-endian`;
}

/** The same by `Machine` of the PE header (Microsoft PE format, "Machine types"). */
const peMachines: Readonly<Record<number, string>> = { 34404: 'amd64', 43620: 'arm64', 20580: 'riscv64' };

/** Whether it begins as programs of EFI do: with a header of DOS that leads to a PE header. */
export function isEfiProgram(header: Buffer): boolean {
  return header.length >= 0x40 && header.toString('latin1', 0, 2) === 'MZ';
}

/**
 * What a kernel is for, by its beginning: UKIs and the kernels of x86, arm64 and riscv64 are PE programs for the
 * firmware, that of ppc64le is an ELF one. Undefined where it is neither, as that of s390x.
 */
export function kernelArchitecture(header: Buffer): string | undefined {
  if (!isEfiProgram(header)) return elfArchitecture(header);
  const at = header.readUInt32LE(0x3c);
  if (at + 6 > header.length) return 'an unknown machine: its PE header is not at its beginning';
  if (header.toString('latin1', at, at + 4) !== 'PE\0\0') return 'an unknown machine: it has no PE header';
  const number = header.readUInt16LE(at + 4);
  return peMachines[number] ?? `the PE machine 0x${number.toString(16)}`;
}
