import { quoted } from '#lib/text';
import { InvalidHostError } from './errors.ts';

export interface HostAddress {
  /** Undefined leaves it to ssh: the name of whoever runs it. */
  readonly user: string | undefined;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * Reads `user@host:port`, where user and port may be missing: `root@[::1]:2222`, `u-1@10.0.0.1`. The multi-platform
 * controller writes `user@host`, with an IPv6 address bare.
 *
 * @throws {InvalidHostError} also for what ssh would take for an option
 */
export function parseHostAddress(text: string): HostAddress {
  const at = text.lastIndexOf('@');
  const user = at === -1 ? undefined : text.slice(0, at);
  const rest = text.slice(at + 1);
  const { host = '', port } =
    /^\[(?<host>[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]+)?)\](?::(?<port>\d+))?$/.exec(rest)?.groups ??
    /^(?<host>[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/.exec(rest)?.groups ??
    /^(?<host>[^:]*)(?::(?<port>\d+))?$/.exec(rest)?.groups ??
    {};
  const number = port === undefined ? 22 : Number(port);
  const isHost = host.includes(':') || NAME.test(host);
  if (!isHost || (user !== undefined && !NAME.test(user)) || number < 1 || number > 65_535)
    throw new InvalidHostError(`not the address of a host: ${quoted(text)}`, {
      hint: 'give user@name or user@name:port; an IPv6 address with a port stands in brackets',
    });
  return { user, host, port: number };
}
