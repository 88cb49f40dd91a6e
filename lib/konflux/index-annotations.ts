/**
 * What build-image-index says of an index beside the images in it, for whoever judges a whole compose. Platforms are
 * separated by commas.
 */
export const indexAnnotations = {
  /** The run that made it. */
  run: 'org.fedoraproject.bootc.run',
  /** The platforms that were asked for. */
  platforms: 'org.fedoraproject.bootc.platforms',
  /** Those of them that may fail, and that there is no image for. */
  missing: 'org.fedoraproject.bootc.missing-platforms',
  /** The platform of the node that made it: programs of the image can be run where it is among those that are there. */
  node: 'org.fedoraproject.bootc.node-platform',
} as const;
