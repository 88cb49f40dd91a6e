export interface BitWriter {
  /** Writes the lowest `count` bits of the value, the lowest of them first; 16 at most. */
  write(value: number, count: number): void;
  /** Fills up the byte. */
  align(): void;
  finish(): Uint8Array;
}

export function createBitWriter(): BitWriter {
  const bytes: number[] = [];
  let pending = 0;
  let pendingBits = 0;
  const align = () => {
    if (pendingBits > 0) bytes.push(pending & 0xff);
    pending = 0;
    pendingBits = 0;
  };
  return {
    write(value, count) {
      pending |= value << pendingBits;
      pendingBits += count;
      for (; pendingBits >= 8; pendingBits -= 8) {
        bytes.push(pending & 0xff);
        pending >>>= 8;
      }
    },
    align,
    finish() {
      align();
      return Uint8Array.from(bytes);
    },
  };
}
