export { type InitOptions, initCatalog } from './init-catalog.ts';
