import { chmod, lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerRequest } from '../pod/backend.ts';
import type { Answer, Stops } from './breakpoint.ts';

const MOUNT = '/tekton/debug';
const POLL = 100;

/**
 * Runs the program, and waits before it or after it failed until one of the debug scripts has left its answer.
 * The program and its arguments are arguments here: nothing of them is read by the shell.
 */
const wrapper = `#!/bin/sh
before=$1 failure=$2 state=${MOUNT}/state
shift 2
stop() {
  : >"$state/$1" || return
  until [ -e "$state/$1-continue" ] || [ -e "$state/$1-fail" ]; do sleep 0.1 2>/dev/null || sleep 1; done
}
if [ "$before" = true ]; then
  stop before
  [ ! -e "$state/before-fail" ] || exit 1
fi
"$@"
code=$?
if [ "$code" = 0 ] || [ "$failure" != true ]; then exit "$code"; fi
echo "exited with code $code" >&2
stop failure
[ -e "$state/failure-continue" ] || exit "$code"
`;

/** By the names that Tekton gives them (pkg/pod/script.go); each answers the stop that is waited at. */
const scripts: Readonly<Record<string, string>> = {
  'debug-continue': 'failure-continue',
  'debug-fail-continue': 'failure-fail',
  'debug-beforestep-continue': 'before-continue',
  'debug-beforestep-fail-continue': 'before-fail',
};

/** A step that stops: what to run in its place, and how to follow it. */
export interface PausedStep {
  readonly request: ContainerRequest;
  /** Calls `reached` at each stop until `signal` is aborted. */
  readonly watch: (
    reached: (at: 'before' | 'failure', over: AbortSignal) => Promise<Answer | undefined>,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** Puts the debug scripts into a container, whose image must have a shell, and a wrapper around its program. */
export async function pausedStep(
  request: ContainerRequest,
  program: readonly string[],
  stops: Stops,
  directory: string,
): Promise<PausedStep> {
  await mkdir(join(directory, 'scripts'), { recursive: true });
  await mkdir(join(directory, 'state'), { recursive: true });
  // A step may run as anyone.
  await chmod(join(directory, 'state'), 0o777);
  const files = [
    ['run', wrapper] as const,
    ...Object.entries(scripts).map(
      ([name, answer]) => [`scripts/${name}`, `#!/bin/sh\n: >${MOUNT}/state/${answer}\n`] as const,
    ),
  ];
  for (const [file, content] of files) {
    await writeFile(join(directory, file), content);
    await chmod(join(directory, file), 0o755);
  }
  const mounts = [
    { source: directory, path: MOUNT, readOnly: true },
    { source: join(directory, 'state'), path: `${MOUNT}/state`, readOnly: false },
  ];
  return {
    request: {
      ...request,
      command: ['/bin/sh', `${MOUNT}/run`],
      args: [String(stops.before), String(stops.onFailure), ...program, ...request.args],
      mounts: [...request.mounts, ...mounts],
    },
    watch: async (reached, signal) => {
      for (const at of ['before', 'failure'] as const) {
        if (!stops[at === 'before' ? 'before' : 'onFailure']) continue;
        const file = join(directory, 'state', at);
        if (!(await appears([file], signal))) return;
        const answer = await ask((over) => reached(at, over), answersTo(file), signal);
        // Never over what is there: a step can write here too.
        if (answer)
          await writeFile(join(directory, 'state', `${at}-${answer}`), '', { flag: 'wx' }).catch(
            () => undefined,
          );
      }
    },
  };
}

function answersTo(file: string): readonly string[] {
  return [`${file}-continue`, `${file}-fail`];
}

/** Ends the question when a debug script has answered it. */
async function ask(
  question: (over: AbortSignal) => Promise<Answer | undefined>,
  answers: readonly string[],
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const answered = new AbortController();
  const asked = new AbortController();
  const polling = appears(answers, AbortSignal.any([signal, asked.signal])).then(() => answered.abort());
  try {
    return await question(AbortSignal.any([signal, answered.signal]));
  } finally {
    asked.abort();
    await polling;
  }
}

/** Waits until one of the files is there; false where `signal` came before. */
async function appears(files: readonly string[], signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const found = await Promise.all(files.map(async (file) => lstat(file).catch(() => undefined)));
    if (found.some((one) => one !== undefined)) return true;
    await sleep(POLL, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** What to type to look into a container, and to let its step go on or fail. */
export function waysIn(
  podman: readonly string[],
  id: string,
  at: 'before' | 'failure',
): { readonly shell: readonly string[]; readonly goOn: readonly string[]; readonly fail: readonly string[] } {
  // As podman shows it: all 64 digits take a line of their own.
  const short = id.slice(0, 12);
  const script = (name: string) => [...podman, 'exec', short, `${MOUNT}/scripts/${name}`];
  const middle = at === 'before' ? 'beforestep-' : '';
  return {
    shell: [...podman, 'exec', '-it', short, '/bin/sh'],
    goOn: script(`debug-${middle}continue`),
    fail: script(`debug-${middle}fail-continue`),
  };
}
