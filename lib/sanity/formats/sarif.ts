import { printable, visibleJson } from '#lib/text';
import type { Check } from '../check-definition.ts';
import { explainCheck } from '../explain.ts';
import { limits } from '../limits.ts';
import type { Outcome, Report } from '../run-checks.ts';
import type { Checked } from './checked.ts';

const levels = { fail: 'error', error: 'error', warn: 'warning' } as const;

/**
 * SARIF 2.1.0 (OASIS Standard, 27 March 2020): a rule for each check, with what --explain says of it, and a result for
 * each finding; an image that could not be looked at is a notification, and its run no success.
 */
export function sarif(images: readonly Checked[], checks: readonly Check[]): string {
  const errors = images.flatMap((one) => ('error' in one ? [one] : []));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'bootc-catalog check',
            informationUri: 'https://github.com/bootc-dev/bootc-catalog',
            rules: checks.map(ruleOf),
          },
        },
        invocations: [
          {
            executionSuccessful: errors.length === 0,
            toolExecutionNotifications: errors.map(({ image, error }) => ({
              level: 'error',
              message: { text: printable(error, limits.text) },
              locations: [locationOf(image)],
            })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: images.flatMap((one) => ('error' in one ? [] : resultsOf(one.report, checks))),
      },
    ],
  };
  return `${visibleJson(log, 2)}\n`;
}

function ruleOf(check: Check): object {
  return {
    id: check.id,
    shortDescription: { text: check.description },
    fullDescription: { text: `${check.description} ${check.why}` },
    help: { text: explainCheck(check) },
    defaultConfiguration: { level: levels[check.severity] },
  };
}

function resultsOf(report: Report, checks: readonly Check[]): object[] {
  return report.checks
    .filter(({ result }) => result !== 'pass' && result !== 'skip')
    .flatMap((outcome) =>
      outcome.messages.map((message) => ({
        ruleId: outcome.id,
        ruleIndex: checks.findIndex(({ id }) => id === outcome.id),
        level: levelOf(outcome),
        message: { text: printable(message, limits.text) },
        locations: [locationOf(report.image, outcome.arch)],
        properties: {
          digest: report.digest,
          ...(outcome.arch === undefined ? {} : { arch: printable(outcome.arch, limits.arch) }),
        },
        ...(outcome.reason === undefined
          ? {}
          : { suppressions: [{ kind: 'external', justification: printable(outcome.reason, limits.text) }] }),
      })),
    );
}

function levelOf({ result, waives }: Outcome): string {
  if (result === 'waived') return levels[waives ?? 'warn'];
  return result === 'fail' || result === 'warn' || result === 'error' ? levels[result] : 'none';
}

/** An image is no file: its location is its reference as a URI, with a logical name for one platform of it. */
function locationOf(image: string, arch?: string): object {
  const name = printable(image);
  const uri = encodeURI(name.startsWith('oci:') ? name : `docker://${name}`);
  const logical = {
    name,
    fullyQualifiedName: arch === undefined ? name : `${name} ${printable(arch, limits.arch)}`,
  };
  return { physicalLocation: { artifactLocation: { uri } }, logicalLocations: [logical] };
}
