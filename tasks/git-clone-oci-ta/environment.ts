import { join } from 'node:path';
import { certificateBundle } from './certificates.ts';
import { configValue, credentialsOf } from './credentials.ts';
import type { Origin } from './origin.ts';
import type { PrivateDirectory } from './private-directory.ts';
import { safeDirectories } from './safe-directories.ts';
import { sshCommand } from './ssh.ts';

export interface Access {
  readonly origins: readonly Origin[];
  readonly basicAuth: string | undefined;
  readonly sshDirectory: string | undefined;
  /** Certificates of authorities in PEM, beside the system's. */
  readonly authorities: readonly string[];
  readonly sslVerify: boolean;
  readonly proxies: Readonly<Record<'http' | 'https' | 'no', string>>;
}

/** Seconds with less than so many bytes each, after which a transfer is given up. */
const SETTINGS = `[protocol]
	allow = never
[protocol "https"]
	allow = always
[protocol "http"]
	allow = always
[protocol "ssh"]
	allow = always
[protocol "git"]
	allow = always
[protocol "file"]
	allow = user
[http]
	lowSpeedLimit = 1000
	lowSpeedTime = 60
[core]
	logAllRefUpdates = false
[gc]
	auto = 0
[maintenance]
	auto = false
[advice]
	detachedHead = false
`;

/**
 * The environment of git: its configuration is a file, so that the git of each submodule has it too, which drops what
 * is given by variables.
 */
export async function gitEnvironment(
  access: Access,
  place: PrivateDirectory,
): Promise<Record<string, string>> {
  const { config, home = process.env.HOME } = await credentialsOf(access.origins, access.basicAuth, place);
  const bundle = await certificateBundle(access.authorities, place);
  const include = home === undefined ? '' : `[include]\n\tpath = ${configValue(join(home, '.gitconfig'))}\n`;
  // What comes later outweighs, so that the user's own configuration comes first.
  const text = `${include}${SETTINGS}${await safeDirectories(access.origins)}${config}`;
  return {
    GIT_CONFIG_GLOBAL: await place.write('gitconfig', text),
    GIT_SSH_COMMAND: await sshCommand(access.sshDirectory, place),
    GIT_TERMINAL_PROMPT: '0',
    // What git and ssh say decides whether they are asked again.
    LC_ALL: 'C',
    ...(home === undefined ? {} : { HOME: home }),
    // Variables, as a machine may have them set, which outweighs its configuration.
    ...(bundle === undefined ? {} : { GIT_SSL_CAINFO: bundle }),
    ...(access.sslVerify ? {} : { GIT_SSL_NO_VERIFY: 'true' }),
    ...proxiesOf(access.proxies),
  };
}

/** curl reads http_proxy in small letters alone, other programs of git in large ones. */
function proxiesOf({ http, https, no }: Access['proxies']): Record<string, string> {
  const given = { http_proxy: http, https_proxy: https, no_proxy: no };
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== '')
      .flatMap(([name, value]) => [
        [name, value],
        [name.toUpperCase(), value],
      ]),
  );
}
