// What stands inside Tekton's objects: variables, references, params, quantities. Pure functions of values.
export * from './durations.ts';
export * from './expressions.ts';
export * from './go-json.ts';
export * from './graph.ts';
export { isLargeNumber, largeNumber } from './large-number.ts';
export * from './matrix.ts';
export * from './param-value.ts';
export * from './params.ts';
export * from './quantities.ts';
export * from './results.ts';
export * from './termination.ts';
export * from './texts.ts';
