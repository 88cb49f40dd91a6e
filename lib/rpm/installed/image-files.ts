/** The names of a root file system; paths have no leading slash, and all methods but `get` follow links. */
export interface ImageTree {
  readonly paths: Iterable<string>;
  get(path: string): { readonly type: string } | undefined;
  resolve(path: string): string | undefined;
  list(directory: string): readonly string[];
}

type Missing =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly path: string; readonly why: string };

/** The same with the content of what was asked for; lib/rootfs implements it. */
export interface ImageFiles extends ImageTree {
  read(path: string): { readonly kind: 'content'; readonly bytes: Uint8Array } | Missing;
  spooled(path: string): { readonly kind: 'spooled'; readonly file: string } | Missing;
}
