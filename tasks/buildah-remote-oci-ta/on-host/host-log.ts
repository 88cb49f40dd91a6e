import { ExpectedError } from '#lib/errors';
import type { StepLog } from '#lib/step';

/** What the build step says on a host, as this step says it. */
export interface HostLog {
  /** Takes a line without its end. */
  readonly line: (text: string) => void;
  /** The error that it ended with, where it told one. */
  readonly failure: () => ExpectedError | undefined;
}

/**
 * Takes lines as lib/step writes them. Its error is the last that it says, and becomes ours, so that it is told once; its
 * results are told by this step. Lines of a RUN line all begin with `[buildah]`, and are neither.
 */
export function openHostLog(log: StepLog): HostLog {
  const failure: string[] = [];
  return {
    line(text) {
      if (failure.length > 0) failure.push(text);
      else if (text.startsWith('error: ')) failure.push(text.slice('error: '.length));
      else if (text.startsWith('warning: ')) log.warn(text.slice('warning: '.length));
      else if (!text.startsWith('result ')) log.info(text);
    },
    failure() {
      if (failure.length === 0) return undefined;
      const hint = failure.find((line) => line.startsWith('hint: '))?.slice('hint: '.length);
      const message = failure.filter((line) => !line.startsWith('hint: ')).join('\n');
      return new ExpectedError(message, hint === undefined ? {} : { hint });
    },
  };
}
