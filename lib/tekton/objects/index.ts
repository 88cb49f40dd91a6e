// Objects of Tekton as data: types, their language, checks and YAML, without the builders and what those load.
export type * from '../api.gen.ts';
export { loadCelCheck } from '../cel.ts';
export { type Feature, type FeatureNeeds, featureFlags } from '../feature-flags.ts';
export { flagProblems } from '../flag-problems.ts';
export * from '../language/index.ts';
export { InvalidDefinitionError, InvalidObjectError, type Problem } from '../problem.ts';
export { defaultProblems, unresolvableDefaults } from '../rules/defaults.ts';
export { enumProblems, resolvedTaskProblems, sayingsOfTask } from '../rules/given-params.ts';
export type { KnownObjects } from '../rules/known.ts';
export { optionalWorkspaceProblems, stepParamProblems } from '../rules/links.ts';
export type { ReferenceTypes } from '../rules/reference-types.ts';
export { pipelineResultLinkProblems, taskResultLinkProblems } from '../rules/result-links.ts';
export { resultType } from '../rules/results.ts';
export { overrideProblems, pipelineStartProblems, taskStartProblems } from '../rules/start.ts';
export { enumSubsetProblem } from '../rules/task-links.ts';
export { checkStructure, type Decoded, decode, type StructureOptions } from '../structure.ts';
export { check, type ValidateOptions, validate } from '../validate.ts';
export { toYaml } from '../yaml.ts';
