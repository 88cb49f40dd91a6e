import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { shellWord, type Userinfo } from '#lib/text';
import type { Origin } from './origin.ts';
import type { PrivateDirectory } from './private-directory.ts';

export interface Credentials {
  /** Lines for git's configuration. */
  readonly config: string;
  /** HOME of git, where the workspace has a .gitconfig and a .git-credentials as a home has them. */
  readonly home: string | undefined;
}

/**
 * What git is told about who asks. All of it stands in private files, and nothing in the environment or in arguments.
 *
 * @param origins each address may say who asks, which outweighs the workspace
 * @param basicAuth the workspace; it is for the host of the first origin
 * @throws {ExpectedError} where the workspace has neither form
 */
export async function credentialsOf(
  origins: readonly Origin[],
  basicAuth: string | undefined,
  place: PrivateDirectory,
): Promise<Credentials> {
  let config = '';
  let home: string | undefined;
  const [first] = origins;
  if (basicAuth !== undefined) {
    const [gitconfig, gitCredentials, username, password] = await Promise.all(
      ['.gitconfig', '.git-credentials', 'username', 'password'].map((name) => textOf(join(basicAuth, name))),
    );
    if (gitconfig !== undefined && gitCredentials !== undefined) {
      await place.write('.gitconfig', gitconfig);
      await place.write('.git-credentials', gitCredentials);
      home = place.path;
    } else if (username !== undefined && password !== undefined) {
      const userinfo = { username: username.trim(), password: password.trim() };
      if (first?.site !== undefined) config += await helper(first.site, userinfo, 'workspace', place);
    } else {
      throw new ExpectedError(
        'the workspace basic-auth has neither .gitconfig and .git-credentials nor username and password',
        {
          kind: 'usage',
          hint: 'bind a Secret of type kubernetes.io/basic-auth, or one with both files',
        },
      );
    }
  }
  for (const [index, { site, userinfo }] of origins.entries()) {
    if (site === undefined || userinfo === undefined) continue;
    // A user alone is whom the workspace is asked for, as git itself has it.
    if (userinfo.password === '')
      config += `[credential "${site}"]\n\tusername = ${configValue(userinfo.username)}\n`;
    else config += await helper(site, userinfo, `address-${index}`, place);
  }
  return { config, home };
}

/** An empty helper drops those before it. */
async function helper(
  site: string,
  { username, password }: Userinfo,
  name: string,
  place: PrivateDirectory,
): Promise<string> {
  const url = new URL(site);
  const login = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  const file = await place.write(`credentials-${name}`, `${url.protocol}//${login}@${url.host}\n`);
  // A shell reads it.
  const command = `store --file=${shellWord(file)}`;
  return `[credential "${site}"]\n\thelper =\n\thelper = ${configValue(command)}\n`;
}

/** A value in git's configuration (git-config(1), "Syntax"). */
export function configValue(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}

async function textOf(path: string): Promise<string | undefined> {
  if ((await stat(path).catch(() => undefined))?.isFile() !== true) return undefined;
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ExpectedError(`cannot read ${path}: ${error.code}`, {
      hint: 'the user of the step must be able to read the Secret (defaultMode)',
    });
  });
}
