/** Where the steps of the task have the source. */
export const SOURCE = '/var/workdir/source';
