/** A node of oxc's tree (ESTree with TypeScript's nodes), as far as all of them are alike. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

export function nodeAt(node: Node, key: string): Node | undefined {
  const value = node[key];
  return isNode(value) ? value : undefined;
}

export function nodesAt(node: Node, key: string): readonly Node[] {
  const value = node[key];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The keys of a node that hold types, which are gone when it runs. */
const typesOnly = new Set([
  'typeAnnotation',
  'typeArguments',
  'typeParameters',
  'returnType',
  'superTypeArguments',
  'implements',
]);

/** TypeScript's nodes that hold an expression. */
const typed = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']);

/** Nodes below a node that are code, in the order of the source. */
export function childrenOf(node: Node): readonly Node[] {
  if (node.type.startsWith('TS') && !typed.has(node.type)) return [];
  if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') return [];
  return Object.entries(node)
    .filter(([key]) => !typesOnly.has(key) && !isName(node, key))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter(isNode)
    .sort((a, b) => a.start - b.start);
}

/** A key, a member's name or a tag: no expression could stand in its place. */
function isName(node: Node, key: string): boolean {
  if (key === 'property' || key === 'key') return node.computed !== true;
  return (node.type === 'TaggedTemplateExpression' && key === 'quasi') || key === 'source';
}
