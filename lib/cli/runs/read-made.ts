import { type ChainsStatement, chainsStatement, InvalidRunRecordError, signedImages } from '#lib/chains';
import { readRun } from '#lib/local';
import { withoutUserinfo } from '#lib/text';

type PipelineRun = Parameters<typeof chainsStatement>[0];
export type MadeImages = ReturnType<typeof signedImages>;

/** A kept PipelineRun, what Tekton Chains would say of it, and the images that it has made. */
export interface Made {
  readonly run: PipelineRun;
  readonly statement: ChainsStatement;
  readonly images: MadeImages;
}

/**
 * @param name the last run where none is said
 * @param unfit what is said of what is no PipelineRun
 * @throws {InvalidRunRecordError}
 */
export async function readMade(
  name: string | undefined,
  { runsDirectory, builder }: { readonly runsDirectory: string; readonly builder: string },
  unfit: string,
): Promise<Made> {
  const { run, taskRuns } = await readRun(runsDirectory, name);
  if (run?.kind !== 'PipelineRun') throw new InvalidRunRecordError(unfit);
  return {
    run,
    statement: chainsStatement(run, taskRuns, withoutUserinfo(builder)),
    images: signedImages(run, taskRuns),
  };
}

/** @throws {InvalidRunRecordError} for a run that has made no image */
export function refuseNone(images: MadeImages): void {
  if (images.length > 0) return;
  throw new InvalidRunRecordError('the run has made no image', {
    hint: 'results IMAGE_URL and IMAGE_DIGEST, or IMAGES, say what it has made',
  });
}
