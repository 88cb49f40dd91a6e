import { images } from '../gitops/fedora-bootc.ts';
import { composePipeline } from './from-images/compose-pipeline.ts';

/** Made from the set of images: whoever adds one adds it there. */
export const pipeline = composePipeline('bootc-compose', images);
