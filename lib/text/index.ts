export {
  type Address,
  basicAuthorization,
  hasUserinfo,
  parseAddress,
  type Userinfo,
  withoutLogins,
  withoutUserinfo,
} from './address.ts';
export { CONTROLS, withoutControls } from './controls.ts';
export { own } from './own.ts';
export { printable, quoted } from './printable.ts';
export { table } from './table.ts';
export { timestamp } from './timestamp.ts';
