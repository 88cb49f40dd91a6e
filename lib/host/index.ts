export { type BuildHost, type ConnectOptions, connectHost, type ExecOptions } from './connect.ts';
export type { HostLog } from './connection.ts';
export { HostCommandError, HostRefusedError, HostUnreachableError, InvalidHostError } from './errors.ts';
