export {
  type Address,
  basicAuthorization,
  hasUserinfo,
  parseAddress,
  type Userinfo,
  withoutUserinfo,
} from './address.ts';
export { printable, quoted } from './printable.ts';
