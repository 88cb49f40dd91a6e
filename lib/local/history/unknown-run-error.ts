import { ExpectedError } from '#lib/errors';
import { suggestion } from '#lib/tekton/objects';

/** There is no such run where runs are kept. */
export class UnknownRunError extends ExpectedError {
  override readonly name = 'UnknownRunError';
  override readonly kind = 'environment';

  constructor(runs: string, run?: string, kept: readonly string[] = []) {
    const meant = run === undefined ? undefined : suggestion(run, kept);
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
