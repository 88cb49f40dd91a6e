export { RegistryProgramError } from './program.ts';
export { type Registry, type RegistryOptions, startRegistry } from './start-registry.ts';
