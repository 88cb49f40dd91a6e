export { type Registry, type RegistryOptions, startRegistry } from '#lib/registry';

/** A user for registries that ask for one: give `htpasswd` to `startRegistry`. */
export const tester = {
  username: 'tester',
  password: 'not a secret',
  htpasswd: 'tester:$2y$05$abcdefghijklmnopqrstuuiitcSTbmWtinjxTMhPy6Z4ocreVFuRu',
} as const;
