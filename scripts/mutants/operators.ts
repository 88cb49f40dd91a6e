import { type Node, nodeAt, nodesAt } from './node.ts';

/** Another text for a part of the source. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const swapped: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '??=': ['&&='],
  '||=': ['&&='],
  '&&=': ['||='],
};

/** Methods that are put in place of each other. */
const methods: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  find: 'findLast',
  findLast: 'find',
  toUpperCase: 'toLowerCase',
  toLowerCase: 'toUpperCase',
  trimStart: 'trimEnd',
  trimEnd: 'trimStart',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  padStart: 'padEnd',
  padEnd: 'padStart',
};

/** Methods whose call is replaced by what they are called on. */
const dropped = new Set(['trim', 'filter', 'sort', 'toSorted', 'reverse', 'slice', 'substring', 'flat']);

const compares = new Set(['===', '!==', '<', '<=', '>', '>=', '&&', '||']);

/** The text that stands in for an empty one, from which a test has to tell it. */
const WORD = "'mutant'";

/** Standard operators of mutation testing (StrykerJS's), for a node that is an expression. */
export function expressionEdits(node: Node, source: string): readonly Edit[] {
  const whole = (text: string): Edit => ({ start: node.start, end: node.end, text });
  switch (node.type) {
    case 'LogicalExpression':
    case 'BinaryExpression':
      return [
        ...operatorEdits(node, source),
        ...(compares.has(String(node.operator)) ? [whole('true'), whole('false')] : []),
      ];
    case 'AssignmentExpression':
      return operatorEdits(node, source);
    case 'UpdateExpression':
      return [
        whole(source.slice(node.start, node.end).replace(/\+\+|--/, (one) => (one === '++' ? '--' : '++'))),
      ];
    case 'UnaryExpression':
      return '!-~'.includes(String(node.operator)) ? [whole(source.slice(node.start + 1, node.end))] : [];
    case 'Literal':
      return literalEdits(node, source).map(whole);
    case 'TemplateLiteral':
      return [whole("''")];
    case 'ArrayExpression':
      return [whole(nodesAt(node, 'elements').length > 0 ? '[]' : `[${WORD}]`)];
    case 'ObjectExpression':
      return nodesAt(node, 'properties').length > 0 ? [whole('{}')] : [];
    case 'ArrowFunctionExpression':
      return arrowEdits(node);
    case 'CallExpression':
      return [...optionalEdits(node, source, '('), ...methodEdits(node, source)];
    case 'MemberExpression':
      return optionalEdits(node, source, node.computed === true ? '[' : '.');
    default:
      return [];
  }
}

function operatorEdits(node: Node, source: string): Edit[] {
  const [left, right] = [nodeAt(node, 'left'), nodeAt(node, 'right')];
  if (!left || !right || (node.operator === '+' && isText(left, right))) return [];
  const textOf = ({ start, end }: Node) => source.slice(start, end);
  const start = source.indexOf(String(node.operator), left.end);
  const end = start + String(node.operator).length;
  return (swapped[String(node.operator)] ?? []).map((text) =>
    // Without parentheses `a ?? b && c` is no program.
    node.operator === '??'
      ? { start: node.start, end: node.end, text: `(${textOf(left)}) ${text} (${textOf(right)})` }
      : { start, end, text },
  );
}

/** Whether a text is among the nodes: `+` joins texts as it adds numbers, but no sign takes them apart. */
function isText(...nodes: readonly Node[]): boolean {
  return nodes.some(({ type, value }) => type === 'TemplateLiteral' || typeof value === 'string');
}

function literalEdits(node: Node, source: string): readonly string[] {
  if (typeof node.value === 'boolean') return [String(!node.value)];
  if (typeof node.value === 'string') return [node.value === '' ? WORD : "''"];
  const { regex } = node;
  if (typeof regex !== 'object' || regex === null || !('pattern' in regex)) return [];
  const text = source.slice(node.start, node.end);
  return [
    // The expression without its anchors.
    text.replace(/^\/\^/, '/'),
    text.replace(/\$(?<end>\/\w*)$/, '$<end>'),
    // The other way round: what belongs to the class does not.
    text.replace(/(?<!\\)\[(?<not>\^?)/, (_, not: string) => (not === '' ? '[^' : '[')),
  ].filter((other) => other !== text && !other.startsWith('//'));
}

function arrowEdits(node: Node): Edit[] {
  const body = nodeAt(node, 'body');
  if (!body || body.type === 'BlockStatement') return [];
  return [{ start: node.start, end: node.end, text: '() => undefined' }];
}

/** Takes away the question mark of `a?.b`, `a?.[b]` and `a?.(b)`. */
function optionalEdits(node: Node, source: string, sign: string): Edit[] {
  if (node.optional !== true) return [];
  const before = nodeAt(node, node.type === 'CallExpression' ? 'callee' : 'object');
  const start = source.indexOf('?.', before?.end ?? node.start);
  return [{ start, end: start + 2, text: sign === '.' ? '.' : '' }];
}

function methodEdits(node: Node, source: string): Edit[] {
  const callee = nodeAt(node, 'callee');
  const [object, property] = [callee && nodeAt(callee, 'object'), callee && nodeAt(callee, 'property')];
  if (!object || !property || callee?.computed === true) return [];
  const name = String(property.name);
  const other = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (other !== undefined) return [{ start: property.start, end: property.end, text: other }];
  return dropped.has(name)
    ? [{ start: node.start, end: node.end, text: source.slice(object.start, object.end) }]
    : [];
}
