export {
  type Address,
  basicAuthorization,
  hasUserinfo,
  parseAddress,
  type Userinfo,
  withoutLogins,
  withoutUserinfo,
} from './address.ts';
export { withoutControls } from './controls.ts';
export { isDay, isOver } from './day.ts';
export { jsonOf, visibleJson } from './json.ts';
export { own } from './own.ts';
export { type PackageUrl, parsePackageUrl } from './package-url.ts';
export { colours, type Hue, hue, noColours, type Paint, type Style } from './paint.ts';
export { printable, quoted, visibleLines } from './printable.ts';
export { commandLine, shellWord } from './shell-word.ts';
export { table } from './table.ts';
export { timestamp } from './timestamp.ts';
export { workflowCommand } from './workflow-command.ts';
