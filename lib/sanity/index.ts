export { checks } from './checks/index.ts';
export { type InspectOptions, inspectImage } from './inspect.ts';
export { nameOf, reportLines, verdict } from './report.ts';
export { failures, type Outcome, type Report, runChecks } from './run-checks.ts';
export { InvalidWaiverError, parseWaivers, type Waiver } from './waivers.ts';
