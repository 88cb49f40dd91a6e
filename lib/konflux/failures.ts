/** How tasks that talk with a registry fail, for their pages: what the log says, with … for what differs, and what mends it. */
export const registryFailures: Readonly<Record<string, string>> = {
  '… answered 401':
    'The registry knows nobody: link a Secret of type kubernetes.io/dockerconfigjson for it to the service account of the run.',
  '… answered 403':
    'The account may not do this there: give it the right to pull, or to push, in that repository.',
  'there is no …: … answered 404':
    'The reference names nothing: look for a typo, and whether the task before has pushed there.',
};
