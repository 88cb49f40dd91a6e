export {
  type Catalog,
  type CatalogFolders,
  type DefinedCatalog,
  defaultFolders,
  type Publication,
} from './catalog.ts';
export { type CatalogOptions, defineCatalog } from './define-catalog.ts';
export { editorSchema, editorSchemaText } from './editor-schema.ts';
export { InvalidCatalogError } from './errors.ts';
export { externalFile, externalProblem, type Generated, readInterface } from './external-file.ts';
export { filesToBe, type GeneratedFiles, generatedFiles } from './generated-files.ts';
export { pipelineObject, stepActionObject, taskObject } from './objects.ts';
export { type OwnStep, ownSteps, ownStepsOf } from './own-steps.ts';
export { catalogProblems } from './problems.ts';
export { publishedFile } from './published.ts';
export { renderCatalog } from './render.ts';
export { parseUpstream, readUpstream, type Upstream, upstreamFile } from './upstream-file.ts';
