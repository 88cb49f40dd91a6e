/** What is asked of the names of a root file system; paths are without a leading slash, links are followed but by `get`. */
export interface ImageTree {
  readonly paths: Iterable<string>;
  get(path: string): { readonly type: string } | undefined;
  resolve(path: string): string | undefined;
  list(directory: string): readonly string[];
}

type Missing =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly path: string; readonly why: string };

/** The same with the content of what was asked for; lib/rootfs has it. */
export interface ImageFiles extends ImageTree {
  read(path: string): { readonly kind: 'content'; readonly bytes: Uint8Array } | Missing;
  spooled(path: string): { readonly kind: 'spooled'; readonly file: string } | Missing;
}
