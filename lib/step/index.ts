export { ExpectedError } from '#lib/errors';
export type { StepContext, StepLog } from './context.ts';
export { FailedStepError, implement, type StepModule } from './implement.ts';
export { InvalidInputError, parseInputs } from './inputs.ts';
export { runStep } from './main.ts';
export { checkResults, ResultsTooLargeError, writeResults } from './results.ts';
