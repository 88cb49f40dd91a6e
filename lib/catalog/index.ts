export { type Catalog, renderCatalog } from './render.ts';
export { taskPage } from './task-page.ts';
