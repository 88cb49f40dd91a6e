import packageJson from '../../package.json' with { type: 'json' };

/** What the image says about itself, from package.json. */
export const about = {
  'org.opencontainers.image.title': 'bootc-catalog steps',
  'org.opencontainers.image.description':
    "Runs the steps of the Tekton tasks that build, check and release Fedora's bootc images.",
  'org.opencontainers.image.source': packageJson.repository.url,
  'org.opencontainers.image.licenses': packageJson.license,
  'org.opencontainers.image.version': packageJson.version,
} as const;

/** The same of the image that has the command in place of the steps. */
export const aboutCommand = {
  ...about,
  'org.opencontainers.image.title': 'bootc-catalog',
  'org.opencontainers.image.description':
    'Checks bootc images, lints Tekton YAML, and shows what a release would move.',
} as const;
