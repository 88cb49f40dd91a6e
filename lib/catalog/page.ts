import { featureFlags, type StepAction, type Task } from '#lib/tekton';

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

/** A heading and a table; nothing without rows. */
export function section(title: string, columns: readonly string[], rows: readonly object[]): string {
  if (rows.length === 0) return '';
  const lines = [
    columns,
    columns.map(() => '---'),
    ...rows.map((row) => columns.map((column) => cell((row as Row)[column], column))),
  ];
  return `## ${title}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}

function cell(value: unknown, column: string): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const escaped = text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return column === 'default' || column === 'name' ? `\`${escaped === '' ? '""' : escaped}\`` : escaped;
}
