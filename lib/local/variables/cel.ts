import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';

/** Patterns are those of RE2, as in Tekton: an expression takes time by its length, whatever its pattern. */
const MATCHES = 'matchesRe2';
const environment = new Environment().registerFunction(
  `string.${MATCHES}(string): bool`,
  (text: string, pattern: string) => RE2JS.compile(pattern).matcher(text).find(),
);

/**
 * Compiles an expression without variables.
 *
 * @throws what the parser says of one that is none
 */
export function compileCel(expression: string): () => unknown {
  const program = environment.parse(expression);
  useRe2(program.ast);
  return () => program({});
}

/** The library has patterns of JavaScript, and lets nobody take their place by the same name. */
function useRe2(root: ASTNode): void {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...(node as readonly unknown[]));
    if (!isNode(node)) continue;
    if (node.op === 'rcall' && node.args[0] === 'matches') node.args[0] = MATCHES;
    open.push(node.args);
  }
}

function isNode(value: unknown): value is { readonly op: string; readonly args: unknown[] } {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
