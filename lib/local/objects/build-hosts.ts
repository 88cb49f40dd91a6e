import { readFile } from 'node:fs/promises';
import { parseDuration } from '#lib/tekton/objects';
import { printable, quoted, withoutUserinfo } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';

/** A machine that TaskRuns of one platform build on. */
export interface BuildHost {
  readonly user: string;
  /** Name or address, in brackets where it is one of IPv6. */
  readonly address: string;
  readonly port: string | undefined;
  /** Content of the private key. */
  readonly key: string;
  /** Lines of known_hosts; without them the key that the host shows first is the one of the run. */
  readonly knownHosts: string | undefined;
  /** Seconds for which a host that gives no answer is asked again; undefined leaves it to the task. */
  readonly patience: number | undefined;
}

export interface BuildHostFiles extends Omit<BuildHost, 'key' | 'knownHosts'> {
  readonly platform: string;
  /** Paths of files. */
  readonly key: string;
  readonly knownHosts: string | undefined;
}

const FORM =
  '<platform>=ssh://<user>@<address>[:<port>],key=<file>[,known-hosts=<file>][,patience=<duration>]';

/**
 * Parses hosts behind ssh, each written as `--host` takes it.
 *
 * @throws {InvalidRunError} for one that cannot be parsed, or a platform that is given twice
 */
export function parseBuildHosts(texts: readonly string[]): readonly BuildHostFiles[] {
  const hosts = texts.map(parseHost);
  const twice = hosts.find(({ platform }, index) =>
    hosts.slice(0, index).some((one) => one.platform === platform),
  );
  if (twice === undefined) return hosts;
  throw new InvalidRunError(`there are two hosts for ${printable(twice.platform)}`, { hint: 'give one' });
}

/**
 * Reads the files of hosts; by the platform that builds there.
 *
 * @throws {InvalidRunError} for a file that is not there, or is empty
 */
export async function readBuildHosts(
  hosts: readonly BuildHostFiles[],
): Promise<ReadonlyMap<string, BuildHost>> {
  const buildHosts = new Map<string, BuildHost>();
  for (const { platform, key, knownHosts, ...rest } of hosts) {
    buildHosts.set(platform, {
      ...rest,
      key: await read(key, 'the key of a host'),
      knownHosts: knownHosts === undefined ? undefined : await read(knownHosts, 'the known hosts'),
    });
  }
  return buildHosts;
}

function parseHost(text: string): BuildHostFiles {
  const [, platform, address = '', options = ''] = /^([^=,\s]+)=([^,]*)(?:,(.*))?$/s.exec(text) ?? [];
  const host = /^ssh:\/\/([a-z_][\w.-]*)@([a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::(\d{1,5}))?\/?$/i.exec(
    address,
  );
  if (platform === undefined || !/^[a-z][\w.-]*(?:\/[\w.-]+)?$/.test(platform) || !host) throw invalid(text);
  const [, user = '', name = '', port] = host;
  const given = new Map<string, string>();
  for (const one of options === '' ? [] : options.split(',')) {
    const [, option = '', value = ''] = /^(key|known-hosts|patience)=(.+)$/s.exec(one) ?? [];
    if (value === '' || given.has(option)) throw invalid(text);
    given.set(option, value);
  }
  const key = given.get('key');
  if (key === undefined) throw invalid(text);
  const patience = secondsOf(given.get('patience'), text);
  return { platform, user, address: name, port, key, knownHosts: given.get('known-hosts'), patience };
}

function secondsOf(duration: string | undefined, text: string): number | undefined {
  if (duration === undefined) return undefined;
  const milliseconds = parseDuration(duration);
  // 0 would be no limit elsewhere, and here no second attempt.
  if (milliseconds === undefined || milliseconds < 1000) throw invalid(text);
  return Math.ceil(milliseconds / 1000);
}

function invalid(text: string): InvalidRunError {
  return new InvalidRunError(`cannot read the host ${quoted(withoutUserinfo(text, '***@'))}`, {
    hint: `write ${FORM}`,
  });
}

async function read(path: string, what: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InvalidRunError(`cannot read ${what} from ${printable(path, 1_000)}`, { cause });
  });
  if (text.trim() !== '') return text;
  throw new InvalidRunError(`cannot read ${what} from ${printable(path, 1_000)}: it is empty`);
}
