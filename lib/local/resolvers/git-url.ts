import { type Address, basicAuthorization, parseAddress, quoted, withoutUserinfo } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';

export interface GitUrl {
  /** Without userinfo, but for the user of ssh, who is no secret. */
  readonly url: string;
  /** Environment by which git knows who asks. */
  readonly login: Readonly<Record<string, string>>;
}

/** @throws {InvalidRunError} for what git does not take, or takes for a program or an option */
export function parseGitUrl(text: string): GitUrl {
  if (/^[./]|^[\w.-]+@[\w.-]+:/.test(text)) return { url: text, login: {} };
  const address = /^(?:https?|ssh|git|file):\/\//.test(text) ? parseAddress(text) : undefined;
  if (address === undefined) {
    throw new InvalidRunError(
      `not the address of a git repository: ${quoted(withoutUserinfo(text, '***@'))}`,
      {
        hint: 'https://, ssh://, git://, file:// or a path; / ? # and @ in a password are written in percents',
      },
    );
  }
  const { url, userinfo } = address;
  if (url.protocol === 'ssh:' && userinfo !== undefined) {
    return { url: text.replace(/\/\/[^/]*@/, `//${encodeURIComponent(userinfo.username)}@`), login: {} };
  }
  return { url: withoutUserinfo(text), login: loginOf(address) };
}

/** Settings that hold for this server alone; those that the environment has already stay. */
function loginOf({ url, userinfo }: Address): GitUrl['login'] {
  if (userinfo === undefined || !/^https?:$/.test(url.protocol)) return {};
  // An address with a user alone leaves the password to git's credential helpers.
  const [key, value] =
    userinfo.password === ''
      ? [`credential.${url.origin}.username`, userinfo.username]
      : [`http.${url.origin}/.extraHeader`, `Authorization: ${basicAuthorization(userinfo)}`];
  const count = Number(process.env.GIT_CONFIG_COUNT ?? 0) || 0;
  return {
    GIT_CONFIG_COUNT: String(count + 1),
    [`GIT_CONFIG_KEY_${count}`]: key,
    [`GIT_CONFIG_VALUE_${count}`]: value,
  };
}
