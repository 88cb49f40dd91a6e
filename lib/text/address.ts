/** User and password that stood before the host of an address (RFC 3986, section 3.2.1), decoded. */
export interface Userinfo {
  readonly username: string;
  readonly password: string;
}

export interface Address {
  /** Without userinfo: it may be told, written and passed on. */
  readonly url: URL;
  /** For the request itself, and for nothing that outlives it. */
  readonly userinfo: Userinfo | undefined;
}

/** Takes an address apart where it comes in, so that what goes on holds no secret; undefined when it is none. */
export function parseAddress(text: string): Address | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  const { username, password } = url;
  if (username === '' && password === '') return { url, userinfo: undefined };
  // Opaque ones (`mailto:a@b`) have none, and refuse to be changed.
  url.username = '';
  url.password = '';
  return { url, userinfo: { username: decoded(username), password: decoded(password) } };
}

/** The value of an Authorization header (RFC 7617). */
export function basicAuthorization({ username, password }: Userinfo): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/**
 * What stands between the scheme and the host of an address: up to the last @ before a slash; and where a password has a
 * slash, ? or # in it, which makes the whole no URL, up to the last @ at all. `host:5000/a@b` has none. What stands
 * before the scheme may be anything: a tag to which an address was given as its end.
 * Bounded, so that no text of a stranger makes the search quadratic.
 */
const userinfo =
  /(?<scheme>[a-z][a-z0-9+.-]{0,30}:\/\/)(?:[^\s/?#\\"'<>]*@|[^\s/?#\\"'<>:@]{0,500}:(?!\d{1,5}[/?#\\])[^\s"'<>]{0,500}@)/gi;

/** Text with the userinfo of each address in it taken out; `instead` stands for it. */
export function withoutUserinfo(text: string, instead = ''): string {
  if (!text.includes('@')) return text;
  return text.replace(userinfo, (_, scheme: string) => scheme + instead);
}

/** The same without a scheme, `user:secret@host.example/…`: what has a digest behind its @ is the reference of an image. */
const bareUserinfo =
  /(?<=^|[\s"'`(=,/])[^\s/?#"'`<>:@=,(]{1,200}:[^\s"'`<>@/]{1,500}@(?!sha\d{3}:)(?=localhost\b|[\w-]+\.|\[[\w:.]+\])/g;

/** A message with the userinfo of each address in it taken out, also of what was meant to be one and has no scheme. */
export function withoutLogins(text: string): string {
  if (!text.includes('@')) return text;
  return withoutUserinfo(text, '***@').replace(bareUserinfo, '***@');
}

/** Whether an address, or what was meant to be one, says who asks. */
export function hasUserinfo(text: string): boolean {
  return withoutUserinfo(text) !== text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % stands for itself.
    return text;
  }
}
