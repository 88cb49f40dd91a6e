/** What identifies us to a registry. */
export interface Credential {
  readonly username: string;
  readonly password: string;
  /** An OAuth2 refresh token, instead of a password. */
  readonly identityToken?: string;
  /** Where it was found, for messages. */
  readonly source: string;
}

/** Looks for the credential for a repository; undefined means that we are anonymous there. */
export type Credentials = (registry: string, repository: string) => Promise<Credential | undefined>;
