import type { TarForm, TarItem } from './tar-writer.ts';

/** A stack of layers that was generated. */
export interface Stack {
  readonly name: string;
  readonly layers: readonly (readonly TarItem[])[];
}

/** `way` is a link that leads to a directory, so that something can be made below it. */
type Made = 'file' | 'directory' | 'link' | 'way' | 'whiteout';

const plain: readonly TarForm[] = ['ustar', 'ustar', 'pax', 'pax', 'gnu', 'gnu', 'v7', 'star'];
const sparse: readonly TarForm[] = ['sparse-0.0', 'sparse-0.1', 'sparse-1.0'];
const long = 'long-'.repeat(30);
const common = ['a', 'b', 'c', 'd'];
const rare = ['etc', 'gut-ü', '.wh', '..a', 'x y', long];

/** Stacks of one to five layers, small enough that their entries meet each other often, and that most are accepted. */
export function stackOf(random: () => number, name: string): Stack {
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)] as Item;
  const chance = (share: number) => random() < share;
  /** Paths that any layer has made. */
  const known: string[] = [];
  return { name, layers: Array.from({ length: 1 + Math.floor(random() * 5) }, () => layerOf()) };

  function layerOf(): TarItem[] {
    const made = new Map<string, Made>();
    const items = Array.from({ length: 1 + Math.floor(random() * 9) }, () => itemOf(made));
    known.push(...made.keys());
    return items.flat();
  }

  function itemOf(made: Map<string, Made>): TarItem[] {
    const numbers = pick(['octal', 'octal', 'spaces', 'binary'] as const);
    const base = {
      form: pick(plain),
      uid: pick([0, 0, 1000]),
      gid: pick([0, 10]),
      numbers,
      isSigned: chance(0.1),
    };
    const which = random();
    if (which < 0.12) return hiding(made).map((path) => ({ ...base, path }));
    const path = freshPath(made);
    if (path === undefined) return [];
    if (which < 0.3) {
      made.set(path, 'directory');
      return [{ ...base, path: decorated(path, chance(0.5)), flag: '5', mode: pick([0o755, 0o700, 0o1777]) }];
    }
    if (which < 0.48) {
      const { link, kind } = target(path, made);
      made.set(path, kind);
      return [{ ...base, path: decorated(path), flag: '2', link, mode: 0o777 }];
    }
    const files = [...made].filter(([, kind]) => kind !== 'directory' && kind !== 'whiteout');
    if (which < 0.62 && files.length > 0) {
      const link = chance(0.99) ? pick(files)[0] : pick(known.length > 0 ? known : [path]);
      made.set(path, made.get(link) ?? 'file');
      return [{ ...base, path: decorated(path), flag: '1', link: decorated(link), mode: 0o640 }];
    }
    made.set(path, 'file');
    if (which < 0.66) {
      const form = base.form === 'v7' ? 'ustar' : base.form;
      return [
        { ...base, form, path, flag: pick(['3', '4', '6']), major: chance(0.9) ? 1 : 0, minor: pick([0, 5]) },
      ];
    }
    if (which < 0.664) return [{ ...base, path, flag: pick(['7', 'D', 'M', 'X', 'V', 'A']) }];
    if (which < 0.668) return [{ ...base, form: 'old-sparse', path, content: holes() }];
    const isSparse = chance(0.15);
    return [
      {
        ...base,
        form: isSparse ? pick(sparse) : base.form,
        path: decorated(path),
        flag: chance(0.1) && !isSparse ? '\0' : '0',
        content: isSparse ? holes() : chance(0.2) ? '' : `content ${Math.floor(random() * 1e6)}`,
        mode: pick([0o644, 0o755, 0o4755, 0o600]),
      },
    ];
  }

  /** A whiteout of something that is there, mostly, or one of a whole directory. */
  function hiding(made: Map<string, Made>): string[] {
    const path = chance(0.85) && known.length > 0 ? pick(known) : anyPath();
    if (chance(0.3)) {
      const opaque = `${path}/.wh..wh..opq`;
      if ((made.has(opaque) || isBelowFile(made, opaque)) && chance(0.99)) return [];
      made.set(opaque, 'whiteout');
      return [decorated(opaque)];
    }
    if ((made.has(path) || isBelowFile(made, path) || isParent(made, path)) && chance(0.97)) return [];
    made.set(path, 'whiteout');
    const slash = path.lastIndexOf('/') + 1;
    return [decorated(`${path.slice(0, slash)}.wh.${path.slice(slash)}`)];
  }

  /** Mostly one that the layer has not yet, and below no file of it: engines refuse both. */
  function freshPath(made: ReadonlyMap<string, Made>): string | undefined {
    for (let tries = 0; tries < 20; tries++) {
      const which = random();
      const parents = [...made].filter(([, kind]) => kind === 'directory' || kind === 'way');
      const path =
        which < 0.45 && parents.length > 0
          ? `${pick(parents)[0]}/${anyName()}`
          : which < 0.75 && known.length > 0
            ? `${pick(known)}${chance(0.4) ? `/${anyName()}` : ''}`
            : anyPath();
      if (path.split('/').length > 5) continue;
      const isRefused = made.has(path) || isParent(made, path) || isBelowFile(made, path);
      if (!isRefused || chance(0.004)) return path;
    }
    return undefined;
  }

  function anyName(): string {
    return chance(0.85) ? pick(common) : pick(rare);
  }

  function anyPath(): string {
    return Array.from({ length: 1 + Math.floor(random() * 3) }, anyName).join('/');
  }

  function decorated(path: string, isDirectory = false): string {
    const which = random();
    const slash = isDirectory ? '/' : '';
    if (which < 0.1) return `./${path}${slash}`;
    if (which < 0.15) return `/${path}${slash}`;
    if (which < 0.18) return `x/../${path}${slash}`;
    if (which < 0.2) return `../${path.replaceAll('/', '//')}${slash}`;
    return `${path}${slash}`;
  }

  function target(path: string, made: ReadonlyMap<string, Made>): { link: string; kind: Made } {
    const which = random();
    const directories = [...made].filter(([, kind]) => kind === 'directory' || kind === 'way');
    if (which < 0.6 && directories.length > 0) {
      const up = '../'.repeat(chance(0.5) ? path.split('/').length - 1 : 9);
      return { link: `${chance(0.5) ? '/' : up}${pick(directories)[0]}`, kind: 'way' };
    }
    if (which < 0.65) return { link: pick(['.', '..', '/', './/']), kind: 'way' };
    if (which < 0.7) return { link: `/${long}/${long}`, kind: 'link' };
    return { link: `${'../'.repeat(Math.floor(random() * 3))}${anyPath()}`, kind: 'link' };
  }

  function holes(): string {
    const pieces = Array.from(
      { length: Math.floor(random() * 9) },
      () => `${'\0'.repeat(Math.floor(random() * 700))}x${Math.floor(random() * 100)}`,
    );
    return pieces.join('') + (chance(0.3) ? '\0'.repeat(600) : '');
  }
}

function isBelowFile(made: ReadonlyMap<string, Made>, path: string): boolean {
  const parts = path.split('/');
  return parts.some((_, index) => {
    const kind = index === 0 ? undefined : made.get(parts.slice(0, index).join('/'));
    return kind === 'file' || kind === 'link' || kind === 'whiteout';
  });
}

function isParent(made: ReadonlyMap<string, Made>, path: string): boolean {
  return [...made.keys()].some((other) => other.startsWith(`${path}/`));
}
