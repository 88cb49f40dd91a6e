export type { RegistryOptions } from './options.ts';
export { RegistryProgramError } from './program.ts';
export { type Registry, startRegistry } from './start-registry.ts';
