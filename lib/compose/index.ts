export { type Compose, type ComposeStatus, openCompose } from './compose.ts';
export { type ComposeId, type ComposeType, InvalidComposeIdError, parseComposeId } from './compose-id.ts';
export { ComposeUnreachableError, DoomedComposeError, InvalidComposeError } from './errors.ts';
export { type Architecture, architectures } from './fixture/architectures.ts';
export { defectForms, InvalidDefectError } from './fixture/defects.ts';
export { type Fixture, type FixtureOptions, makeFixture } from './fixture/make-fixture.ts';
export { packageSets } from './fixture/packages.ts';
export { type ServedCompose, serveCompose } from './serve.ts';
export { type PathMapping, translatePath } from './translate-path.ts';
