import { printable, visibleJson, workflowCommand } from '#lib/text';
import { findingLine, type ToldFinding } from './findings.ts';

export const lintOutputs = ['plain', 'json', 'github', 'sarif'] as const;
export type LintOutput = (typeof lintOutputs)[number];

/** Characters of a message: what is longer no page shows. */
const MOST = 1_000;

const forms: Readonly<Record<LintOutput, (findings: readonly ToldFinding[], objects: number) => string>> = {
  plain: (findings, objects) => [...findings.map(plainLine), summary(objects, findings)].join('\n'),
  json: (findings) => visibleJson({ version: 1, findings }, 2),
  github: (findings, objects) => [...findings.map(annotation), summary(objects, findings)].join('\n'),
  sarif: (findings) => visibleJson(sarifLog(findings), 2),
};

export function lintText(form: LintOutput, findings: readonly ToldFinding[], objects: number): string {
  return `${forms[form](findings, objects)}\n`;
}

function plainLine(finding: ToldFinding): string {
  const { source, file, line, column } = finding;
  const where = file === undefined ? printable(source) : `${printable(file)}:${line}:${column}`;
  return `${where}: ${findingLine(finding)}`;
}

function summary(objects: number, findings: readonly ToldFinding[]): string {
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  return `${objects} objects: ${count('error')} errors, ${count('warning')} warnings, ${count('note')} notes`;
}

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** A workflow command, of which GitHub makes an annotation beside the line. */
function annotation(finding: ToldFinding): string {
  const { severity, object, place, message, rule, file, line, column } = finding;
  const isFile = file !== undefined;
  const properties = {
    file: isFile ? printable(file, MOST) : undefined,
    line: isFile ? line : undefined,
    col: isFile ? column : undefined,
    title: printable(`${object} (${rule})`, MOST),
  };
  const text = printable(`${place === '' ? '' : `${place}: `}${message}`, MOST);
  return workflowCommand(commands[severity], properties, text);
}

/** SARIF 2.1.0 (OASIS Standard, 27 March 2020), with a rule for each kind of finding that there is. */
function sarifLog(findings: readonly ToldFinding[]): object {
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'bootc-catalog lint',
            informationUri: 'https://github.com/bootc-dev/bootc-catalog',
            rules: rules.map((id) => ({ id })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: rules.indexOf(finding.rule),
          level: finding.severity,
          message: { text: printable(finding.message, MOST) },
          locations: [locationOf(finding)],
        })),
      },
    ],
  };
}

/** A bundle is no file: its location is its reference as a URI, and the object of it a logical name. */
function locationOf({ source, file, line, column, object, place }: ToldFinding): object {
  const uri =
    file === undefined ? encodeURI(`docker://${printable(source)}`) : encodeURI(printable(file, MOST));
  const region = file === undefined ? {} : { region: { startLine: line, startColumn: column } };
  const name = printable(object);
  return {
    physicalLocation: { artifactLocation: { uri }, ...region },
    logicalLocations: [{ name, fullyQualifiedName: place === '' ? name : `${name} ${printable(place)}` }],
  };
}
