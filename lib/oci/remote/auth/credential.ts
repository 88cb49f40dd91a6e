/** What says in a registry who we are. */
export interface Credential {
  readonly username: string;
  readonly password: string;
  /** An OAuth2 refresh token, instead of a password. */
  readonly identityToken?: string;
  /** Where it was found, for messages. */
  readonly source: string;
}

/** Looks for who we are in a registry's repository; undefined means nobody. */
export type Credentials = (registry: string, repository: string) => Promise<Credential | undefined>;
