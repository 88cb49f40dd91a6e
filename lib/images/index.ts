export { defineImages } from './define-images.ts';
export { endOfLifeFindings } from './end-of-life.ts';
export type {
  ComposeEntry,
  ExceptionEntry,
  FlowEntry,
  ImageEntry,
  ImagesEntry,
  LayeredEntry,
  ManifestEntry,
  StreamCompose,
  StreamEntry,
} from './entries.ts';
export { type ImagesFinding, InvalidFailableError, InvalidImagesError, refuseFindings } from './errors.ts';
export { type Failable, failableOf, mayFail, mayFailOn, parseFailable } from './failable.ts';
export { type BuildNode, buildGraph, buildMermaid } from './graph.ts';
export type { Build, Image, ImageSet, Made, Stream, StreamImage } from './model.ts';
export { type FlowTags, flowTags } from './names.ts';
