/** What is written into a run's metadata because no field of Tekton says it. */
export const annotations = {
  /** The run that was resumed, or whose results were taken. */
  earlier: 'bootc-catalog/resumed-from',
  /** Directories of this machine behind workspaces, by workspace: JSON. */
  directories: 'bootc-catalog/workspace-directories',
  /** Tasks that did not run because nobody asked for them. */
  notRun: 'bootc-catalog/not-run',
} as const;
