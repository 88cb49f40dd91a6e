export { checkDocument, parseDocument, placeOf } from './document.ts';
export { InvalidReleaseError } from './errors.ts';
export { Companions, type MappedComponent, MappedSnapshot } from './mapped-snapshot.ts';
