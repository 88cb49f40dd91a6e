export { type InitOptions, initCatalog } from './init-catalog.ts';
export { newPipeline, newTask, type Place, type UsedTask } from './new-definition.ts';
