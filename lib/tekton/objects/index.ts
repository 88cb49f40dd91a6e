// Objects of Tekton as data: types, their language, checks and YAML, without the builders and what those load.

export * from '../language/index.ts';
export { type Finding, severityOf } from '../lint/finding.ts';
export { lint } from '../lint/lint.ts';
export { loadCelCheck } from '../rules/cel.ts';
export { defaultProblems, unresolvableDefaults } from '../rules/defaults.ts';
export { type Feature, type FeatureNeeds, featureFlags } from '../rules/feature-flags.ts';
export { enumProblems, resolvedTaskProblems, sayingsOfTask } from '../rules/given-params.ts';
export type { KnownObjects } from '../rules/known.ts';
export { optionalWorkspaceProblems, stepParamProblems } from '../rules/links.ts';
export type { ReferenceTypes } from '../rules/reference-types.ts';
export { pipelineResultLinkProblems, taskResultLinkProblems } from '../rules/result-links.ts';
export { resultType } from '../rules/results.ts';
export { overrideProblems, pipelineStartProblems, taskStartProblems } from '../rules/start.ts';
export { enumSubsetProblem } from '../rules/task-links.ts';
export { check, type ValidateOptions, validate } from '../rules/validate.ts';
export { unboundProblems } from '../rules/workspaces.ts';
export type * from './api.gen.ts';
export { duplicateKeys } from './duplicate-keys.ts';
export { excerptAt } from './excerpt.ts';
export { asGoYaml } from './go-yaml.ts';
export { locate } from './locate.ts';
export { namedPath } from './named-path.ts';
export { InvalidDefinitionError, InvalidObjectError, type Problem, tellProblems } from './problem.ts';
export { type Place, readYaml, type YamlDocument } from './read-yaml.ts';
export { checkStructure, type Decoded, decode, type StructureOptions } from './structure.ts';
export { knownNames, suggestion } from './suggestion.ts';
export { toYaml } from './yaml.ts';
