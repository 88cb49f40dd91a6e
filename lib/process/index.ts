export { type RetryPolicy, retry } from './retry.ts';
export { type Output, type RunOptions, type RunResult, run } from './run.ts';
export { ToolError, ToolMissingError, ToolNotStartedError } from './tool-error.ts';
