import type { Userinfo } from '#lib/text';
import { InvalidNetrcError } from './errors.ts';

/** Gives the login for a host, by its name. */
export type Netrc = (hostname: string) => Userinfo | undefined;

/**
 * Reads a netrc as Python's `netrc` does, which hermeto asks: machine, login, password and account, one after the other; a
 * `default` for all other hosts; macros, which end with an empty line, are passed over.
 *
 * @throws {InvalidNetrcError} without a word of the text
 */
export function parseNetrc(text: string): Netrc {
  const machines = new Map<string, Userinfo>();
  const words = wordsOf(text.replaceAll(/^[ \t]*macdef\b.*(?:\r?\n(?!\r?\n).*)*/gm, ''));
  let fallback: Userinfo | undefined;
  for (let at = 0; at < words.length; ) {
    const keyword = words[at++];
    if (keyword !== 'machine' && keyword !== 'default')
      throw new InvalidNetrcError('cannot read the netrc: a word is no keyword', {
        hint: 'write machine <host> login <user> password <password>',
      });
    const host = keyword === 'machine' ? words[at++] : undefined;
    const fields = new Map<string, string>();
    for (let key = words[at]; key !== undefined && FIELDS.includes(key); key = words[at]) {
      const value = words[at + 1];
      if (value === undefined) throw new InvalidNetrcError(`cannot read the netrc: a ${key} has no value`);
      fields.set(key, value);
      at += 2;
    }
    const entry = {
      username: fields.get('login') ?? fields.get('user') ?? '',
      password: fields.get('password') ?? '',
    };
    if (keyword === 'default') fallback = entry;
    else if (host === undefined) throw new InvalidNetrcError('cannot read the netrc: a machine has no name');
    else machines.set(host, entry);
  }
  return (hostname) => machines.get(hostname) ?? fallback;
}

const FIELDS = ['login', 'user', 'password', 'account'];

/** Words between blanks or in double quotes, where \ stands before a character; # begins a comment. */
function wordsOf(text: string): string[] {
  const form = /"(?<quoted>(?:[^"\\]|\\[\s\S])*)"|(?<bare>[^\s"](?:\\\S|[^\s\\])*)/g;
  const lines = text.split('\n').map((line) => line.replace(/(?:^|\s)#.*$/, ''));
  return [...lines.join('\n').matchAll(form)].map(({ groups }) =>
    (groups?.quoted ?? groups?.bare ?? '').replaceAll(/\\(?<one>[\s\S])/g, '$<one>'),
  );
}
