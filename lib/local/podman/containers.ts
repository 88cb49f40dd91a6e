import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe } from '../model/api.ts';
import { BackendError } from '../model/errors.ts';
import type { ContainerEnd, ContainerOutput } from '../pod/backend.ts';
import { demultiplex } from './demultiplex.ts';
import { PodmanError, type Service } from './service.ts';

/** A container that was created, attached and started. */
export interface Launched {
  readonly id: string;
  readonly ended: Promise<ContainerEnd>;
}

interface State {
  readonly Status: string;
  readonly StartedAt: string;
  readonly FinishedAt: string;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  readonly Pid: number;
}

/** How long a container may take to end after SIGTERM, in milliseconds. */
const GRACE = 2_000;
/** The same of a kubelet (terminationGracePeriodSeconds). */
const KUBELET_GRACE = 30_000;

/** @throws {BackendError} when podman cannot make or start it */
export async function launch(
  service: Service,
  spec: Readonly<Record<string, unknown>>,
  output: ContainerOutput,
): Promise<Launched> {
  const { Id: id } = (await service.call('POST', '/containers/create', spec)) as { readonly Id: string };
  // Attached before it starts, so that nothing it writes is lost.
  const { socket, head } = await service.upgrade(
    `/containers/${id}/attach?stdout=true&stderr=true&stream=true`,
  );
  // An init writes its one line in several pieces.
  let complaint = '';
  const take = demultiplex((chunk, stream) => {
    if (stream === 'stderr' && complaint.length < 60) complaint += chunk.toString('latin1', 0, 60);
    output.write(chunk, stream);
  });
  if (head.length > 0) take(head);
  socket.on('data', (chunk: Buffer) => {
    take(chunk);
    const wait = output.drained();
    if (!wait) return;
    // The container waits with us: its output must not fill the memory.
    socket.pause();
    void wait.finally(() => socket.resume());
  });
  const detached = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.once('error', () => resolve());
    socket.once('end', () => socket.end());
  });
  try {
    await service.call('POST', `/containers/${id}/start`);
  } catch (error) {
    socket.destroy();
    const missing = missingProgram(error);
    if (missing === undefined) throw error;
    // Tekton's entrypoint starts, finds no program, and exits with 1.
    output.write(Buffer.from(`${missing}\n`), 'stderr');
    const now = new Date();
    return {
      id,
      ended: Promise.resolve({
        id,
        exitCode: 1,
        startedAt: now,
        finishedAt: now,
        oomKilled: false,
        isMissing: true,
      }),
    };
  }
  return {
    id,
    ended: detached.then(async () => {
      const end = await endOf(service, id);
      return withoutProgram.test(complaint) ? { ...end, isMissing: true } : end;
    }),
  };
}

/** Where podman puts an init before the program, that one finds out, and ends with 1 too. */
const withoutProgram = /^ERROR \(catatonit:\d+\): failed to exec/;

function missingProgram(error: unknown): string | undefined {
  if (!(error instanceof PodmanError)) return undefined;
  return /executable file .* not found|no such file or directory|permission denied|exec format error/i.test(
    error.message,
  )
    ? error.message
    : undefined;
}

/** What its own record says; its streams can be closed a moment before it has ended. */
async function endOf(service: Service, id: string): Promise<ContainerEnd> {
  for (let wait = 2; ; wait = Math.min(wait * 2, 200)) {
    const state = await stateOf(service, id);
    if (state.Status === 'exited' || state.Status === 'stopped') {
      const startedAt = new Date(state.StartedAt);
      const finishedAt = new Date(state.FinishedAt);
      return {
        id,
        exitCode: state.ExitCode,
        // Podman notes the start when it has heard of it, which can be after the end.
        startedAt: startedAt < finishedAt ? startedAt : finishedAt,
        finishedAt,
        oomKilled: state.OOMKilled,
      };
    }
    await sleep(wait);
  }
}

async function stateOf(service: Service, id: string): Promise<State> {
  return ((await service.call('GET', `/containers/${id}/json`)) as { readonly State: State }).State;
}

/** The number of its first process here; 0 when it does not run. */
export async function processOf(service: Service, id: string): Promise<number> {
  return (await stateOf(service, id)).Pid;
}

/** How a container is ended: asked for some time, or not asked. */
export type Ending = 'soon' | 'slowly' | 'hard';

/** Asks a container to end, and ends it where it does not. */
export async function stop(service: Service, { id, ended }: Launched, ending: Ending): Promise<void> {
  let isOver = false;
  const over = ended.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  if (ending !== 'hard') {
    await kill(service, id, 'TERM');
    const grace = ending === 'slowly' ? KUBELET_GRACE : GRACE;
    await Promise.race([over, sleep(grace, undefined, { ref: false })]);
  }
  if (!isOver) await kill(service, id, 'KILL');
}

async function kill(service: Service, id: string, signal: 'TERM' | 'KILL'): Promise<void> {
  try {
    await service.call('POST', `/containers/${id}/kill?signal=${signal}`);
  } catch (error) {
    // It has ended by itself meanwhile.
    if (!(error instanceof PodmanError)) throw error;
  }
}

export async function remove(service: Service, id: string): Promise<void> {
  try {
    await service.call('DELETE', `/containers/${id}?force=true&timeout=0&v=true`);
  } catch (error) {
    if (!(error instanceof PodmanError && error.status === 404)) throw error;
  }
}

/** Ends and removes every container with a label. */
export async function removeLabelled(service: Service, label: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const list = (await service.call('GET', `/containers/json?all=true&filters=${filters}`)) as readonly {
    readonly Id: string;
    /** ISO 8601. */
    readonly Created: string;
  }[];
  // One whose network others use was there before them, and cannot go before them.
  const youngestFirst = [...list].sort((a, b) => (a.Created < b.Created ? 1 : -1));
  for (const { Id } of youngestFirst) await remove(service, Id);
}

/** Runs a probe's command in a container; what it writes goes nowhere. */
export async function execSucceeds(
  service: Service,
  id: string,
  { command = [] }: NonNullable<Probe['exec']>,
): Promise<boolean> {
  try {
    // Attached: of a detached one, podman 4 never learns that it has ended.
    const request = { Cmd: command, AttachStdout: true, AttachStderr: true };
    const made = (await service.call('POST', `/containers/${id}/exec`, request)) as { readonly Id: string };
    await service.call('POST', `/exec/${made.Id}/start`, { Detach: false });
    const { ExitCode } = (await service.call('GET', `/exec/${made.Id}/json`)) as {
      readonly ExitCode: number;
    };
    return ExitCode === 0;
  } catch (error) {
    if (error instanceof BackendError) return false;
    throw error;
  }
}
