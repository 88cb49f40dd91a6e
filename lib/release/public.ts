import { isMap, type Json, type JsonMap } from './merge.ts';

/** Whether a component's repositories shall be public: by its own word, else by that of `mapping.defaults`. */
export function isPublic(data: JsonMap, component: JsonMap = {}): boolean {
  const mapping = isMap(data.mapping) ? data.mapping : {};
  const defaults = isMap(mapping.defaults) ? mapping.defaults : {};
  return isYes(component.public === undefined ? defaults.public : component.public);
}

/** Whether the data asks for a public repository anywhere. */
export function asksForPublic(data: JsonMap): boolean {
  const mapping = isMap(data.mapping) ? data.mapping : {};
  const components = Array.isArray(mapping.components) ? (mapping.components as Json[]) : [];
  return isPublic(data) || components.some((one) => isMap(one) && isPublic(data, one));
}

/** Upstream takes the text for the boolean, in any case of its letters. */
function isYes(value: Json): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
