// Objects of Tekton as data: types, checks and YAML, without the builders and what those load.
export type * from '../api.gen.ts';
export { loadCelCheck } from '../cel.ts';
export { duplicateKeys } from '../duplicate-keys.ts';
export { type Feature, type FeatureNeeds, featureFlags } from '../feature-flags.ts';
export { flagProblems } from '../flag-problems.ts';
export { InvalidDefinitionError, InvalidObjectError, type Problem, tellProblems } from '../problem.ts';
export type { KnownObjects } from '../rules/known.ts';
export { checkStructure, type Decoded, decode, type StructureOptions } from '../structure.ts';
export { check, type ValidateOptions, validate } from '../validate.ts';
export { toYaml } from '../yaml.ts';
