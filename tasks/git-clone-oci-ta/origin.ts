import { ExpectedError } from '#lib/errors';
import { parseAddress, quoted, type Userinfo, withoutLogins } from '#lib/text';

/** A repository, and who asks for it where its address says so. */
export interface Origin {
  /** May be told, written and passed on: without a password, and over http without a user. */
  readonly url: string;
  /** `scheme://host[:port]` of a repository that is reached by http(s); undefined for others. */
  readonly site: string | undefined;
  readonly userinfo: Userinfo | undefined;
}

const SCHEMES = ['https:', 'http:', 'ssh:', 'git:', 'file:'];
/** `user@host:path`, which git reaches by ssh (git-clone(1), "GIT URLS"). */
const SCP = /^(?:[\w.+-]+@)?[\w.-]+:(?!:|\/\/).+$/;

/**
 * Takes the address of a repository apart. Other transports of git run programs, so none of them is taken.
 *
 * @param param the name of the param that it is from
 * @throws {ExpectedError}
 */
export function parseOrigin(param: string, text: string): Origin {
  const refuse = (why: string) =>
    new ExpectedError(`${param} ${why}: ${quoted(withoutLogins(text))}`, {
      kind: 'usage',
      hint: 'give https://host/path, ssh://user@host/path or user@host:path',
    });
  if (text === '')
    throw new ExpectedError(`${param} is empty`, { kind: 'usage', hint: 'name the repository' });
  if (/[\s\p{Cc}]/u.test(text) || text.startsWith('-')) throw refuse('is no address of a repository');
  if (!text.includes('://')) {
    // It would be a host called user, and its password a path that is told.
    if (/^[^@/]*:[^@]*@/.test(text)) {
      throw new ExpectedError(`${param} is user:password@host without a scheme`, {
        kind: 'usage',
        hint: 'write https:// before it, or bind the workspace basic-auth',
      });
    }
    if (text.startsWith('/') || SCP.test(text)) return { url: text, site: undefined, userinfo: undefined };
    throw refuse('is no address of a repository');
  }
  const address = parseAddress(text);
  if (address === undefined) throw refuse('is no address of a repository');
  const { url, userinfo } = address;
  if (!SCHEMES.includes(url.protocol)) throw refuse('has a scheme that is not taken');
  if (url.protocol === 'https:' || url.protocol === 'http:') {
    return { url: userinfo ? url.href : text, site: `${url.protocol}//${url.host}`, userinfo };
  }
  // The user is part of where an ssh server leads to; a password would never be used.
  if (userinfo !== undefined) url.username = encodeURIComponent(userinfo.username);
  return { url: userinfo ? url.href : text, site: undefined, userinfo: undefined };
}

/** Whether two addresses differ in a slash or `.git` at their end alone. */
export function isSameRepository(one: Origin, other: Origin): boolean {
  const bare = ({ url }: Origin) => url.replace(/\/+$/, '').replace(/\.git$/, '');
  return bare(one) === bare(other);
}
