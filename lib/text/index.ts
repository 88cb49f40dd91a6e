export {
  type Address,
  basicAuthorization,
  hasUserinfo,
  parseAddress,
  type Userinfo,
  withoutLogins,
  withoutUserinfo,
} from './address.ts';
export { own } from './own.ts';
export { printable, quoted } from './printable.ts';
export { timestamp } from './timestamp.ts';
