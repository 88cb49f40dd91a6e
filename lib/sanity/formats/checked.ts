import type { Report } from '../run-checks.ts';

/** An image with its report, or with why there is none. */
export type Checked =
  | { readonly image: string; readonly report: Report }
  | { readonly image: string; readonly error: string };
