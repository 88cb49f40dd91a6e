import { tmpdir } from 'node:os';
import type { Finding } from './finding.ts';
import { lookAtDisk, lookAtEmulation, lookAtNode, lookAtPrograms } from './machine.ts';
import { lookAtPodman } from './podman.ts';
import { lookAtLogins, lookAtRegistries } from './registries.ts';

export interface ExamineOptions {
  /** Where runs are kept. */
  readonly runsDirectory: string;
  /** Registries that must answer, beside those that somebody is logged in at. */
  readonly registries: readonly string[];
}

/** Looks at all that runs, builds and publications need of this machine; changes nothing of it. */
export async function examine({ runsDirectory, registries }: ExamineOptions): Promise<readonly Finding[]> {
  const [{ findings, info }, emulation, programs, logins] = await Promise.all([
    lookAtPodman(),
    lookAtEmulation(),
    lookAtPrograms(),
    lookAtLogins(),
  ]);
  const [disk, answers] = await Promise.all([
    lookAtDisk({ images: info.store?.graphRoot, runs: runsDirectory, builds: tmpdir() }),
    lookAtRegistries([...new Set([...registries, ...logins.hosts])]),
  ]);
  return [lookAtNode(), ...findings, ...programs, ...emulation, ...disk, ...answers, ...logins.findings];
}
