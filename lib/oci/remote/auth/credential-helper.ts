import { run, ToolMissingError } from '#lib/process';
import { quoted } from '#lib/text';
import { CredentialsError } from '../../model/errors.ts';
import type { Credential } from './credential.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const TIMEOUT = 60_000;

/**
 * What a helper prints, with exit code 1, about a server that it does not know (docker-credential-helpers,
 * credentials/error.go).
 */
const NOT_FOUND = 'credentials not found in native keychain';

/**
 * Asks `docker-credential-<name> get` (docker-credential-helpers, "Development"): the server on its input, JSON on its
 * output. A helper that knows nothing about the server is no error.
 *
 * @throws {CredentialsError} when there is no such helper, or it fails; the registry may then be asked anonymously
 */
export async function askHelper(name: string, server: string): Promise<Credential | undefined> {
  if (!NAME.test(name)) throw failure(`${quoted(name)} is no name of a credential helper`);
  const program = `docker-credential-${name}`;
  const said = await ask(program, server);
  if (said === undefined) return undefined;
  const { Username, Secret } = said;
  if (typeof Username !== 'string' || typeof Secret !== 'string') {
    throw failure(`${program} gave no Username and Secret for ${server}`);
  }
  const source = `${program} (${server})`;
  // `<token>` says that the secret is an identity token.
  return Username === '<token>'
    ? { username: '', password: '', identityToken: Secret, source }
    : { username: Username, password: Secret, source };
}

async function ask(program: string, server: string): Promise<Record<string, unknown> | undefined> {
  const lines: string[] = [];
  let stdout: string;
  try {
    ({ stdout } = await run(program, ['get'], {
      input: server,
      timeout: TIMEOUT,
      output: (line, stream) => void (stream === 'stdout' && lines.push(line)),
    }));
  } catch (cause) {
    if (lines.join('\n').trim() === NOT_FOUND) return undefined;
    const hint = cause instanceof ToolMissingError ? `install ${program}, or log in without it` : undefined;
    throw failure(`cannot get the credentials for ${server}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  try {
    return Object(JSON.parse(stdout)) as Record<string, unknown>;
  } catch {
    // The text is left out, because it may be a secret.
    throw failure(`${program} answered something that is not JSON`);
  }
}

function failure(message: string, options: { cause?: unknown; hint?: string } = {}): CredentialsError {
  return new CredentialsError(message, { ...options, mayBeNobody: true });
}
