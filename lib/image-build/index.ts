export { createDirectoryImage } from './directory-image.ts';
export { canRun } from './emulation.ts';
export { inside } from './inside.ts';
export { Assignment, unneededCapabilities } from './params.ts';
export { registriesConf } from './registries.ts';
export { type SeparatedBuild, separateBuild } from './separated-build.ts';
export { withPlatform } from './with-platform.ts';
