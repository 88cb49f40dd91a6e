import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Random secrets, by the place that each is put into: where one comes out says which place it came from. */
export interface Canaries {
  /** A new secret for a place. */
  readonly make: (place: string) => string;
  /** Places whose secret is in a text or bytes, as it is, in percents or in base64, alone or behind its user. */
  readonly find: (text: string) => readonly string[];
}

/** Twelve characters with the colon behind them: what follows begins a new group of base64. */
export const USER = 'canary-user';

/** What each secret begins with, as it is and in base64: a text without both needs no search for thousands of forms. */
const marks = ['k4n', Buffer.from('k4n').toString('base64')] as const;

export function createCanaries(): Canaries {
  const forms = new Map<string, string>();
  return {
    make(place) {
      // A character that must be written in percents, and none that changes where base64 begins.
      const secret = `${marks[0]}${randomBytes(9).toString('hex')}~x`;
      forms.set(secret, place);
      forms.set(encodeURIComponent(`${secret}+`).slice(0, -3), place);
      for (const whole of [secret, `${USER}:${secret}`]) {
        // What comes after the last whole group depends on what follows.
        const encoded = Buffer.from(whole).toString('base64').replace(/=+$/, '').slice(0, -1);
        forms.set(encoded, place);
        forms.set(encoded.replaceAll('+', '-').replaceAll('/', '_'), place);
      }
      const unmarked = [...forms.keys()].find((form) => !isMarked(form));
      if (unmarked !== undefined) throw new Error(`${unmarked} has no mark: it would not be found`);
      return secret;
    },
    find: (text) =>
      isMarked(text)
        ? [...new Set([...forms].flatMap(([form, place]) => (text.includes(form) ? [place] : [])))]
        : [],
  };
}

function isMarked(text: string): boolean {
  return marks.some((mark) => text.includes(mark));
}

/** A folder first in PATH, whose programs write down their arguments and then are the real ones. */
export async function watchPrograms(folder: string, programs: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const log = join(folder, 'arguments.log');
  await writeFile(log, '');
  for (const program of programs) {
    const script = `#!/bin/sh
printf '%s\\0' '${program}' "$@" >>'${log}'
printf '\\n' >>'${log}'
PATH=\${PATH#'${folder}':} exec '${program}' "$@"
`;
    await writeFile(join(folder, program), script);
    await chmod(join(folder, program), 0o755);
  }
  return log;
}

/** Every file below a folder, as Latin-1, what is compressed by gzip in plain. */
export async function readTree(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, string>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    files.set(path, (isGzip ? gunzipSync(bytes) : bytes).toString('latin1'));
  }
  return files;
}

/** Command lines of all processes, but of those that were given the secret themselves. */
export function commandLines(isGiven: (line: string) => boolean): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(commandLine).filter((line) => line !== '' && !isGiven(line));
}

/** Empty for a process that is over. These files are read at once: waiting for each would cost ten times as much. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
