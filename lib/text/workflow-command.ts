/**
 * A workflow command, which GitHub's runner takes from a log (docs.github.com, "Workflow commands for GitHub Actions").
 * What could end it, or begin another one, is escaped as its toolkit does (actions/toolkit,
 * packages/core/src/command.ts).
 */
export function workflowCommand(
  name: string,
  properties: Readonly<Record<string, string | number | undefined>>,
  text: string,
): string {
  const told = Object.entries(properties).flatMap(([property, value]) =>
    value === undefined ? [] : [`${property}=${escapedProperty(String(value))}`],
  );
  return `::${[name, told.join(',')].filter((part) => part !== '').join(' ')}::${escaped(text)}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
