/** Paths that were seen, by a hash of 64 bits each: a million of them take 16 MB, as texts ten times that. */
export class PathSet {
  #count = 0;
  #slots = new Uint32Array(2 * 1024);

  /** Adds a path; false where it was there already, and by mistake in one of some 10^12 sets of a million paths. */
  add(path: string): boolean {
    if (this.#count * 3 > this.#slots.length) this.#grow();
    let high = 0x811c9dc5;
    let low = 0x9e3779b9;
    for (let index = 0; index < path.length; index++) {
      const code = path.charCodeAt(index);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low + code, 0x85ebca6b) ^ (low >>> 15);
    }
    // A pair of zeros is an empty slot.
    const isNew = this.#put(high >>> 0, (low | 1) >>> 0);
    if (isNew) this.#count += 1;
    return isNew;
  }

  #put(high: number, low: number): boolean {
    const mask = this.#slots.length / 2 - 1;
    for (let slot = (high ^ (low >>> 1)) & mask; ; slot = (slot + 1) & mask) {
      const there = this.#slots[2 * slot + 1];
      if (there === 0) {
        this.#slots[2 * slot] = high;
        this.#slots[2 * slot + 1] = low;
        return true;
      }
      if (there === low && this.#slots[2 * slot] === high) return false;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(2 * before.length);
    for (let index = 0; index < before.length; index += 2) {
      const low = before[index + 1] ?? 0;
      if (low !== 0) this.#put(before[index] ?? 0, low);
    }
  }
}
