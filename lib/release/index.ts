export { checkDocument, parseDocument, placeOf } from './document.ts';
export { InvalidReleaseError } from './errors.ts';
export { Companions, type MappedComponent, MappedSnapshot } from './mapped-snapshot.ts';
export { type PromotionChoices, PushData, promotionsOf } from './promotions.ts';
export { type PushedMove, PushResults, pushResults } from './push-results.ts';
export { SanityChoice, SanityComponent, SanityData } from './sanity-choices.ts';
