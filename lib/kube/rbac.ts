import type { Permission } from './access-review.ts';

/** The rule of a Role that allows something, in YAML on one line; it names no object, so that it stays true for the next. */
export function rbacRule({ verb, group, resource, subresource }: Permission): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `{apiGroups: ["${group}"], resources: ["${what}"], verbs: ["${verb}"]}`;
}
