import { hasLeftovers, removeLeftovers } from '../history/leftovers.ts';
import { openPodman } from '../podman/podman.ts';
import { servePodman } from '../podman/serve.ts';

/**
 * Ends and removes the containers, mounts and volumes of runs whose engine was killed. Before a run's directory goes,
 * because that alone says what the run has outside of it.
 *
 * @throws {BackendError} where something is left and there is no podman that works
 */
export async function removeKilled(runs: string): Promise<void> {
  if (!(await hasLeftovers(runs))) return;
  const served = await servePodman();
  try {
    await served.service.listening;
    const podman = openPodman({ served, runId: 'bootc-none', network: 'pod' });
    await removeLeftovers(runs, podman.removeRun);
    await podman.close();
  } finally {
    await served.close();
  }
}
