/** What a registry asks for in WWW-Authenticate (RFC 9110, section 11.6.1). */
export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly realm?: string;
  readonly service?: string;
  readonly scope?: string;
}

/** The first challenge that we can answer: Bearer before Basic. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const challenges = [...(header ?? '').matchAll(CHALLENGE)].map(({ groups }) => toChallenge(groups));
  return (
    challenges.find(({ scheme, realm }) => scheme === 'bearer' && realm !== undefined) ??
    challenges.find(({ scheme }) => scheme === 'basic')
  );
}

const PARAMETER = /(?<key>[a-z_]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s",]+))/gi;
const CHALLENGE =
  /(?:^|[\s,])(?<scheme>bearer|basic)(?<parameters>(?:[\s,]+[a-z_]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",]+))*)/gi;

function toChallenge(groups: Record<string, string | undefined> | undefined): Challenge {
  const { scheme = '', parameters = '' } = groups ?? {};
  const values = new Map(
    [...parameters.matchAll(PARAMETER)].map(({ groups: found }) => [
      found?.key?.toLowerCase(),
      found?.quoted?.replace(/\\(.)/g, '$1') ?? found?.bare,
    ]),
  );
  const pick = (key: 'realm' | 'service' | 'scope') => {
    const value = values.get(key);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    scheme: scheme.toLowerCase() === 'bearer' ? 'bearer' : 'basic',
    ...pick('realm'),
    ...pick('service'),
    ...pick('scope'),
  };
}
