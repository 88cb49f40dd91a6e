export { type Architecture, architectures } from './architectures.ts';
export { fetchBusybox } from './busybox.ts';
export { defectForms, InvalidDefectError, parseDefects } from './defects.ts';
export { type Fixture, type FixtureOptions, makeFixture } from './make-fixture.ts';
export { packageSets } from './package-sets.ts';
export { type ServedCompose, serveCompose } from './serve.ts';
