import { posix } from 'node:path';
import {
  allowedOf,
  descriptionOf,
  featureFlags,
  type Schema,
  type Schemas,
  type StepAction,
  type Task,
  wireDefault,
  wireType,
} from '#lib/tekton';

export type Row = Readonly<Record<string, unknown>>;

/** Joins those sections of Markdown that say something, with an empty line between them. */
export function page(sections: readonly string[]): string {
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/**
 * What the object needs that is not on by default in every Tekton 1.x (docs/additional-configs.md, "Customizing the
 * Pipelines Controller behavior").
 */
export function needsOf(manifest: Task | StepAction): string {
  const { flags, features } = featureFlags(manifest);
  const lines = Object.entries(flags).map(([flag, value]) => {
    const names = new Set(features.filter((feature) => feature.flag === flag).map(({ name }) => name));
    return `Needs \`${flag}: ${value}\` in Tekton's ConfigMap \`feature-flags\`, for ${[...names].join(' and ')}.`;
  });
  return lines.join('\n');
}

/** What is shown of each param, before what one page alone has. */
export const paramColumns = ['name', 'required', 'type', 'allowed', 'default', 'description'] as const;

export function paramRow([name, schema]: readonly [string, Schema]): Row {
  const fallback = wireDefault(schema);
  return {
    name,
    required: fallback === undefined ? 'yes' : '',
    type: wireType(schema),
    allowed: allowedText(schema),
    default: fallback,
    description: descriptionOf(schema),
  };
}

function allowedText(schema: Schema): string {
  const { values, form } = allowedOf(schema);
  const each = wireType(schema) === 'array' ? 'each: ' : '';
  if (values !== undefined) return each + values.map((value) => `\`${value}\``).join(', ');
  return form === undefined ? '' : each + form.replace(/^matches (.*)$/, 'matches `$1`');
}

export function resultRow([name, schema]: readonly [string, Schema]): Row {
  return { name, type: wireType(schema), description: descriptionOf(schema) };
}

export function rowsOf<T>(schemas: Schemas, row: (entry: readonly [string, Schema]) => T): readonly T[] {
  return Object.entries(schemas).map(row);
}

/** A heading and a table; nothing without rows. */
export function section(title: string, columns: readonly string[], rows: readonly object[]): string {
  return rows.length === 0 ? '' : `## ${title}\n\n${tableOf(columns, rows)}`;
}

export function tableOf(columns: readonly string[], rows: readonly object[]): string {
  const lines = [
    columns,
    columns.map(() => '---'),
    ...rows.map((row) => columns.map((column) => cell((row as Row)[column], column))),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cell(value: unknown, column: string): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const escaped = text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return column === 'default' || column === 'name' ? `\`${escaped === '' ? '""' : escaped}\`` : escaped;
}

/** A link from one page below the root to another. */
export function link(text: string, from: string, to: string): string {
  return `[${text}](${posix.relative(posix.dirname(from), to)})`;
}

/** A block of YAML. */
export function yamlBlock(text: string): string {
  return `\`\`\`yaml\n${text.trimEnd()}\n\`\`\``;
}
