import { ExpectedError } from '#lib/errors';

/** There is no such run where runs are kept. */
export class UnknownRunError extends ExpectedError {
  override readonly name = 'UnknownRunError';
  override readonly kind = 'environment';

  /** @param meant a run that there is, where the name looks like a slip of its */
  constructor(runs: string, run?: string, meant?: string) {
    const shown = 'bootc-catalog runs list shows them';
    super(run === undefined ? `no run is kept in ${runs}` : `there is no run ${run} in ${runs}`, {
      hint:
        run === undefined
          ? 'bootc-catalog run keeps what it runs'
          : meant === undefined
            ? shown
            : `did you mean ${meant}? ${shown}`,
    });
  }
}
