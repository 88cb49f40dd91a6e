import type { ObjectMeta } from './api.ts';

/** The metadata of a run that the API server would have named already. */
export interface NamedMeta extends ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}
