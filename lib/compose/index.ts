export { variantArchitectures } from './baseurl.ts';
export { compareComposes, type PackageChange } from './compare.ts';
export { type Compose, type ComposeStatus, type OpenOptions, openCompose } from './compose.ts';
export { type ComposeId, type ComposeType, InvalidComposeIdError, parseComposeId } from './compose-id.ts';
export { ComposeUnreachableError, DoomedComposeError, InvalidComposeError } from './errors.ts';
export { type ComposeOfRole, newestOf, openComposes } from './several.ts';
export { type PathMapping, translatePath } from './translate-path.ts';
