/** A contract with scripts: append, never renumber. */
export const exitCode = {
  done: 0,
  /** A bug of ours, or a failure with no code of its own. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Something on this machine or on the network is missing or broken. */
  environment: 3,
  /** A definition or an object is not valid; nothing was started. */
  invalid: 4,
  /** The run was started and failed. */
  runFailed: 5,
  timedOut: 6,
  /** A check of an image failed; `environment` where something could not be looked at. */
  checkFailed: 7,
  cancelled: 130,
} as const;
