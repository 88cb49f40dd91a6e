export type * from './api.gen.ts';
