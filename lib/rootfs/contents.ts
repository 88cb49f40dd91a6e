/** How a file is kept: in memory, its first 4 KiB in memory, or in a temporary file. */
export type Want = 'content' | 'head' | 'spool';

/** What was kept of a file. */
export type Kept =
  | { readonly want: 'content' | 'head'; readonly bytes: Buffer }
  | { readonly want: 'spool'; readonly file: string; readonly size: number }
  | { readonly want: 'refused'; readonly why: string };

export const HEAD = 4096;

/** Content of files by their numbers. */
export interface Contents extends AsyncDisposable {
  get(inode: number): Kept | undefined;
}
