export type EntryType = 'file' | 'directory' | 'symlink' | 'device' | 'fifo';

const types: readonly EntryType[] = ['file', 'directory', 'symlink', 'device', 'fifo'];

export interface Attributes {
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

/** Where the content of a file is: which layer, and which of its entries. */
export interface Place {
  readonly layer: number;
  readonly ordinal: number;
}

/**
 * The attributes of files by number, in columns: a million of them take 30 MB, and would take four times that as
 * objects. Several names may have one number (hard links); a number is never given again.
 */
export class Inodes {
  /** Targets of symbolic links. */
  readonly links = new Map<number, string>();
  #count = 0;
  #types = new Uint8Array(1024);
  #modes = new Uint16Array(1024);
  #uids = new Uint32Array(1024);
  #gids = new Uint32Array(1024);
  #sizes = new Float64Array(1024);
  #layers = new Uint16Array(1024);
  #ordinals = new Uint32Array(1024);

  get count(): number {
    return this.#count;
  }

  add(attributes: Attributes, place: Place): number {
    if (this.#count === this.#types.length) this.#grow();
    const inode = this.#count;
    this.#count += 1;
    this.#types[inode] = types.indexOf(attributes.type);
    this.#sizes[inode] = attributes.size;
    this.#layers[inode] = place.layer;
    this.#ordinals[inode] = place.ordinal;
    this.change(inode, attributes);
    return inode;
  }

  change(inode: number, { mode, uid, gid }: Pick<Attributes, 'mode' | 'uid' | 'gid'>): void {
    this.#modes[inode] = mode;
    this.#uids[inode] = uid;
    this.#gids[inode] = gid;
  }

  type(inode: number): EntryType {
    return types[this.#types[inode] ?? 0] ?? 'file';
  }

  attributes(inode: number): Attributes {
    return {
      type: this.type(inode),
      mode: this.#modes[inode] ?? 0,
      uid: this.#uids[inode] ?? 0,
      gid: this.#gids[inode] ?? 0,
      size: this.#sizes[inode] ?? 0,
    };
  }

  place(inode: number): Place {
    return { layer: this.#layers[inode] ?? 0, ordinal: this.#ordinals[inode] ?? 0 };
  }

  #grow(): void {
    const length = this.#types.length * 2;
    this.#types = grown(new Uint8Array(length), this.#types);
    this.#modes = grown(new Uint16Array(length), this.#modes);
    this.#uids = grown(new Uint32Array(length), this.#uids);
    this.#gids = grown(new Uint32Array(length), this.#gids);
    this.#sizes = grown(new Float64Array(length), this.#sizes);
    this.#layers = grown(new Uint16Array(length), this.#layers);
    this.#ordinals = grown(new Uint32Array(length), this.#ordinals);
  }
}

function grown<Column extends { set(source: Column): void }>(larger: Column, smaller: Column): Column {
  larger.set(smaller);
  return larger;
}
