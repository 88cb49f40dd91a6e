export { bootId } from './boot-id.ts';
export { findProgram } from './find-program.ts';
export { makeDirectories } from './make-directories.ts';
export { replaceDirectory } from './replace-directory.ts';
export { type Output, type RunOptions, type RunResult, run } from './run.ts';
export { makeSlots, type Slots } from './slots.ts';
export { spawnWithParent } from './spawn-with-parent.ts';
export { ToolError, ToolMissingError, ToolNotStartedError } from './tool-error.ts';
export { writeWhole } from './write-whole.ts';
