export { pipelineObject, taskObject } from './objects.ts';
export { type Catalog, renderCatalog } from './render.ts';
export { taskPage } from './task-page.ts';
