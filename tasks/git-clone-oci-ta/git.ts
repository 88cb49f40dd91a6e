import { ExpectedError } from '#lib/errors';
import { pause, waitBefore } from '#lib/http';
import { ToolError } from '#lib/process';
import type { StepContext } from '#lib/step';
import { printable, withoutUserinfo } from '#lib/text';

/** Runs git in the checkout; what it wrote, without the last newline. */
export type Git = (...args: readonly string[]) => Promise<string>;

/** Runs what talks to a server, again where that can help. */
export type Ask = <T>(question: () => Promise<T>) => Promise<T>;

type Context = Pick<StepContext, 'tool' | 'log' | 'signal'>;

/** Characters of a line: a server may send what it likes. */
const MOST = 1_000;

/** @param isDetailed whether each command is told */
export function gitIn(
  directory: string,
  env: Readonly<Record<string, string>>,
  { tool, log }: Context,
  isDetailed: boolean,
): Git {
  return async (...args) => {
    if (isDetailed) log.info(`git ${printable(args.join(' '), MOST)}`);
    const { stdout } = await tool('git', args, {
      cwd: directory,
      env,
      output: (line, stream) => {
        if (stream === 'stderr' && line.trim() !== '')
          log.info(`[git] ${printable(withoutUserinfo(line), MOST)}`);
      },
    });
    return stdout.replace(/\n$/, '');
  };
}

const RETRY = { attempts: 5, delay: 1_000, maxDelay: 30_000 };

/** What git, curl and ssh say where asking again can help; git exits with 128 for all of them, and for all others. */
const TRANSIENT = [
  /Could not resolve (?:host|proxy)|Temporary failure in name resolution/i,
  /Connection (?:timed out|reset|refused|closed)|Failed to connect|Operation timed out|Operation too slow/i,
  /early EOF|unexpected disconnect|transfer closed|RPC failed|Empty reply from server/i,
  /The requested URL returned error: (?:408|429|5\d\d)/,
  /the remote end hung up unexpectedly|kex_exchange_identification|Broken pipe/i,
];

/** Runs what talks to a server, again where that can help. */
export async function patiently<T>({ log, signal }: Context, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      const said = error instanceof ToolError ? error.stderr : '';
      if (attempt === RETRY.attempts || !TRANSIENT.some((one) => one.test(said)))
        throw explained(error, said);
      log.warn(`the server did not answer as it should: try ${attempt + 1} of ${RETRY.attempts}`);
      await pause(waitBefore(attempt, undefined, RETRY) ?? RETRY.maxDelay, signal);
    }
  }
}

/** What to do, by what git and ssh say. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /could not read (?:Username|Password)|Authentication failed|returned error: 40[13]/,
    'bind the workspace basic-auth to a Secret that may read the repository; a private one may also say that it is not there',
  ],
  [/Host key verification failed/, 'put the key of the host into known_hosts of the workspace ssh-directory'],
  [
    /Permission denied \(/,
    'bind the workspace ssh-directory to a Secret with a key that may read the repository',
  ],
  [/certificate|SSL/i, 'name a ConfigMap with the authority in caTrustConfigMapName'],
  [/transport '[^']*' not allowed/, 'repositories and submodules come by https, http, ssh or git'],
  [/not found|does not (?:exist|appear to be)/i, 'is the address of the repository right?'],
];

function explained(error: unknown, said: string): unknown {
  const hint = HINTS.find(([words]) => words.test(said))?.[1];
  if (!(error instanceof ToolError) || hint === undefined) return error;
  return new ExpectedError(error.message, { hint, kind: 'environment' });
}
