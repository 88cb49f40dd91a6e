import { CouldNotLookError } from '../look.ts';
import { isU32 } from './rust.ts';

export interface SysusersEntry {
  readonly type: 'user' | 'group';
  readonly name: string;
}

/**
 * A line of sysusers.d as SysusersEntry::parse of bootc's crates/sysusers/src/lib.rs reads it: `u`, `u!` and `g` make
 * something, `r` is a range, and any other type (`m` too) is passed over.
 *
 * @throws {CouldNotLookError} for a line that bootc refuses; its lint ends there
 */
export function parseSysusersLine(line: string, file: string): SysusersEntry | undefined {
  const refuse = () => new CouldNotLookError(`/${file}: bootc cannot read the line: ${line}`);
  const tokens = tokensOf(line);
  const next = (): string => {
    const { value, done } = tokens.next();
    if (done || value === '') throw refuse();
    return value;
  };
  const optional = (): string | undefined => {
    const { value } = tokens.next();
    return value === undefined || value === '-' || value === '' ? undefined : value;
  };
  const type = next();
  if (type === 'r') {
    next();
    const [start, end, ...more] = next().split('-');
    if (!isU32(start ?? '') || !isU32([end ?? '', ...more].join('-'))) throw refuse();
    return undefined;
  }
  if (type !== 'u' && type !== 'u!' && type !== 'g') return undefined;
  const name = next();
  const id = optional();
  if (id !== undefined && !(type === 'g' ? isIdOrPath(id) : isUserId(id))) throw refuse();
  return { type: type === 'g' ? 'group' : 'user', name };
}

/** next_token: blanks between, or anything between double quotes; an open quote ends the line. */
function* tokensOf(line: string): Generator<string, undefined> {
  for (let rest = line.trimStart(); rest !== ''; rest = rest.trimStart()) {
    const token = rest.startsWith('"')
      ? /^"(?<text>[^"]*)"/.exec(rest)?.groups?.text
      : /^\S+/.exec(rest)?.[0];
    // An empty token ends what is read, as no token does.
    if (token === undefined || token === '') return;
    yield token;
    rest = rest.slice(token.length + (rest.startsWith('"') ? 2 : 0));
  }
}

/** `uid`, `uid:gid`, `uid:group`, a path, `-:gid`. */
function isUserId(id: string): boolean {
  const colon = id.indexOf(':');
  const [user, group] = colon === -1 ? [id, id] : [id.slice(0, colon), id.slice(colon + 1)];
  const isGroup = group.startsWith('/') || !/^\d*$/.test(group) || isU32(group);
  return (user === '-' || isIdOrPath(user)) && isGroup;
}

function isIdOrPath(id: string): boolean {
  return id.startsWith('/') || isU32(id);
}
