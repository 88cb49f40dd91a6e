import { childrenOf, type Node, nodeAt } from './node.ts';
import { type Edit, expressionEdits } from './operators.ts';

/** One change of one file. */
export interface Mutant {
  /** Where the switch stands: an expression, or a statement that is left out. */
  readonly host: { readonly start: number; readonly end: number; readonly isStatement: boolean };
  /** What stands in the host's place; nothing for a statement. */
  readonly text: string;
  /** The change as it is told: what was there, and what is instead. */
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/** Statements that can be left out. A declaration cannot, and without `break` it is another program. */
const removable = new Set(['ExpressionStatement', 'ReturnStatement', 'ThrowStatement', 'ContinueStatement']);

/** Every mutant of a parsed source, in its order. */
export function findMutants(program: Node, source: string): readonly Mutant[] {
  const found: Mutant[] = [];
  const add = (host: Mutant['host'], { start, end, text }: Edit) => {
    const inHost = source.slice(host.start, start) + text + source.slice(end, host.end);
    found.push({
      host,
      text: host.isStatement ? '' : inHost,
      from: source.slice(start, end),
      to: text,
      line: source.slice(0, start).split('\n').length,
    });
  };

  const visit = (node: Node, chain: Node | undefined): void => {
    if (isProse(node)) {
      for (const callee of nodesOfCallee(node)) visit(callee, chain);
      return;
    }
    if (removable.has(node.type) && !isSuperCall(node))
      add({ start: node.start, end: node.end, isStatement: true }, { ...node, text: '' });
    const test = testOf(node);
    if (test) {
      const host = { start: test.start, end: test.end, isStatement: false };
      for (const text of test.values) add(host, { start: test.start, end: test.end, text });
    }
    // In a chain `a?.b.c` nothing but the whole can be put in parentheses.
    const top = node.type === 'ChainExpression' ? node : chain;
    const host = isLink(node) && top ? top : node;
    for (const edit of expressionEdits(node, source))
      add({ start: host.start, end: host.end, isStatement: false }, edit);
    for (const child of childrenOf(node)) {
      visit(
        child,
        isLink(node) && isHead(node, child) ? top : node.type === 'ChainExpression' ? top : undefined,
      );
    }
  };
  visit(program, undefined);
  const once = new Map(found.map((one) => [`${one.host.start} ${one.host.end} ${one.text}`, one]));
  return [...once.values()];
}

function isLink({ type }: Node): boolean {
  return type === 'MemberExpression' || type === 'CallExpression' || type === 'TSNonNullExpression';
}

/** Whether a link of a chain goes on in this child. */
function isHead(node: Node, child: Node): boolean {
  return child === node.object || child === node.callee || child === node.expression;
}

/** The condition of a node and what may stand in its place: a loop that never ends tells nothing. */
function testOf(node: Node): { start: number; end: number; values: readonly string[] } | undefined {
  const test = nodeAt(node, 'test');
  if (!test || node.type === 'SwitchCase') return undefined;
  const isLoop = node.type !== 'IfStatement' && node.type !== 'ConditionalExpression';
  return { start: test.start, end: test.end, values: isLoop ? ['false'] : ['true', 'false'] };
}

/** `.describe('…')`: text of a page, which `generate --check` compares. */
function isProse(node: Node): boolean {
  const callee = nodeAt(node, 'callee');
  return callee?.type === 'MemberExpression' && nodeAt(callee, 'property')?.name === 'describe';
}

function nodesOfCallee(node: Node): readonly Node[] {
  return [nodeAt(node, 'callee')].filter((one) => one !== undefined);
}

function isSuperCall(node: Node): boolean {
  const expression = nodeAt(node, 'expression');
  return expression !== undefined && nodeAt(expression, 'callee')?.type === 'Super';
}
