import { run, ToolError, ToolMissingError } from '#lib/process';
import { CredentialsError } from '../errors.ts';
import type { Credential } from './credentials.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const TIMEOUT = 60_000;

/**
 * Asks `docker-credential-<name> get` (docker-credential-helpers, "Development"): the server on its input, JSON on its
 * output. A helper that knows nothing about the server is no error.
 *
 * @throws {CredentialsError} when there is no such helper, or it fails
 */
export async function askHelper(name: string, server: string): Promise<Credential | undefined> {
  if (!NAME.test(name)) {
    throw new CredentialsError(`${JSON.stringify(name)} is no name of a credential helper`);
  }
  const program = `docker-credential-${name}`;
  const said = await ask(program, server);
  if (said === undefined) return undefined;
  const { Username, Secret } = said;
  if (typeof Username !== 'string' || typeof Secret !== 'string') {
    throw new CredentialsError(`${program} gave no Username and Secret for ${server}`);
  }
  const source = `${program} (${server})`;
  // `<token>` says that the secret is an identity token.
  return Username === '<token>'
    ? { username: '', password: '', identityToken: Secret, source }
    : { username: Username, password: Secret, source };
}

async function ask(program: string, server: string): Promise<Record<string, unknown> | undefined> {
  let stdout: string;
  try {
    ({ stdout } = await run(program, ['get'], { input: server, timeout: TIMEOUT }));
  } catch (cause) {
    // Helpers say "credentials not found" on their output and exit with 1; what they cannot do they say the same way.
    if (cause instanceof ToolError && cause.exitCode === 1 && cause.stderr === '') return undefined;
    const hint = cause instanceof ToolMissingError ? `install ${program}, or log in without it` : undefined;
    throw new CredentialsError(`cannot get the credentials for ${server}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  try {
    return JSON.parse(stdout) as Record<string, unknown>;
  } catch {
    // Without the text: it may be a secret.
    throw new CredentialsError(`${program} answered something that is not JSON`);
  }
}
