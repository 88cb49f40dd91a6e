import { InvalidDefinitionError } from '../objects/problem.ts';
import { isRef } from './ref.ts';

/**
 * Refuses `$$` in a text of a definition, wherever in `value` it stands: the kubelet makes one `$` of it in command, args
 * and env (k8s.io/kubernetes/third_party/forked/golang/expansion), and so whatever gets it sees another text.
 *
 * @throws {InvalidDefinitionError}
 */
export function refuseExpansion(place: string, value: unknown): void {
  if (isRef(value)) {
    refuseExpansion(place, value.expression);
  } else if (typeof value === 'string') {
    // The value of a variable is a param's and not written here.
    if (
      value
        .replaceAll(/\$\((?:params|tasks|finally|results|steps?|workspaces|context)[.[][^)]*\)/g, '')
        .includes('$$')
    ) {
      throw new InvalidDefinitionError(place, 'the kubelet turns $$ into $ on the way to the container', {
        hint: 'write it without $$; in a script, which is not expanded, it may stand',
      });
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      refuseExpansion(
        Array.isArray(value) ? `${place}, value ${Number(key) + 1}` : `${place}, ${key}`,
        child,
      );
    }
  }
}
