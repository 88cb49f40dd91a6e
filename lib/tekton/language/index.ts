// What stands inside Tekton's objects: variables, references, params, quantities. Pure functions of values.

export { formatDuration, parseDuration } from './durations.ts';
export { expressionsIn, expressionsOf, expressionsOfWhen } from './expressions.ts';
export { goJson, goStructJson } from './go-json.ts';
export { type Graph, graphOf, graphProblems } from './graph.ts';
export { countProblem, fanOut, hasEmptyParam, isMatrixed } from './matrix.ts';
export { isList, paramType, textsOf } from './param-value.ts';
export { goList, matrixParams, missingParams, specType } from './params.ts';
export { quantityNumber } from './quantities.ts';
export { parseResult, type ResultRef, resultRefs, resultsIn } from './results.ts';
export { MESSAGE_LIMIT, type MessageEntry, messageSize, STARTED_AT } from './termination.ts';
export { stringsIn } from './texts.ts';
