import { ExpectedError } from '#lib/errors';

/** There is no such run where runs are kept. */
export class UnknownRunError extends ExpectedError {
  override readonly name = 'UnknownRunError';
  override readonly kind = 'environment';

  constructor(runs: string, run?: string) {
    super(run === undefined ? `no run is kept in ${runs}` : `there is no run ${run} in ${runs}`, {
      hint: run === undefined ? 'bootc-catalog run keeps what it runs' : 'bootc-catalog runs list shows them',
    });
  }
}
