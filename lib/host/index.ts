export { type BuildHost, type ConnectOptions, connectHost, type ExecOptions } from './connect.ts';
export type { HostLog } from './connection.ts';
export {
  HostCommandError,
  HostJobLostError,
  HostRefusedError,
  HostTransferError,
  HostUnreachableError,
  InvalidHostError,
  OtpError,
} from './errors.ts';
export type { Fetched } from './fetch.ts';
export type { HostJob } from './job.ts';
export type { JobOptions } from './job-scripts.ts';
export { exchangeOtp, type OtpOptions } from './otp.ts';
export type { Sent } from './send.ts';
