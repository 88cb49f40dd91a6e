import type { ServedPodman } from '#lib/local/podman';

/** Runs the command line and sets the exit code. Nothing is loaded here that podman's start would have to wait for. */
export async function main(argv: readonly string[]): Promise<void> {
  const noMore = new AbortController();
  const podman = startsContainers(argv) ? startPodman(noMore.signal) : undefined;
  try {
    // It goes on by itself while this process is busy with loading the command. Whoever needs it is told how it ended.
    await podman?.catch(() => undefined);
    const { runCommandLine } = await import('./command-line.ts');
    await runCommandLine(argv, podman);
  } finally {
    noMore.abort();
    await podman?.then((served) => served.close()).catch(() => undefined);
  }
}

function startsContainers([command, ...args]: readonly string[]): boolean {
  return command === 'run' && !args.some((one) => ['--dry-run', '--help', '-h'].includes(one));
}

/** What a run waits for longest begins before the command is even loaded. */
async function startPodman(signal: AbortSignal): Promise<ServedPodman> {
  const { servePodman } = await import('#lib/local/podman');
  return servePodman(signal);
}
