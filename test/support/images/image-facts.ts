import { digestOf } from '#lib/oci';
import type { InstalledPackages, InstalledRpm } from '#lib/rpm';
import { checks, type ImageFacts, type Outcome, type PlatformFacts, runChecks } from '#lib/sanity';
import { bootcConfig, composeId } from './bootc-config.ts';
import { type Files, goodFiles, plant } from './bootc-root.ts';
import { rootfsOf } from './rootfs.ts';

export const bash: InstalledRpm = {
  name: 'bash',
  epoch: 0,
  version: '5.3',
  release: '1.fc43',
  arch: 'aarch64',
  sourcerpm: 'bash.src.rpm',
};

export interface PlatformChoice {
  readonly platform?: string;
  /** What is other than in the good image. */
  readonly files?: Files;
  readonly labels?: Readonly<Record<string, string>>;
  readonly configArchitecture?: string;
  readonly command?: readonly string[];
  readonly packages?: InstalledPackages;
  readonly unaccounted?: readonly string[];
  /** Layers by their diff_id; the blob of each has its own digest. */
  readonly diffIds?: readonly string[];
}

/** What is known of a platform of an image that is right but for what is given. */
export function platformFacts(choice: PlatformChoice = {}): PlatformFacts {
  return {
    platform: choice.platform ?? 'linux/arm64',
    arch: choice.platform === 'linux/s390x' ? 's390x' : 'aarch64',
    digest: `sha256:${'1'.repeat(64)}`,
    configArchitecture: choice.configArchitecture ?? 'arm64',
    config: { ...bootcConfig(choice.labels), ...(choice.command ? { Cmd: choice.command } : {}) },
    layers: layersOf(choice.diffIds ?? []),
    diffIds: choice.diffIds ?? [],
    rootfs: rootfsOf(plant({ ...goodFiles, ...choice.files })),
    packages: choice.packages ?? { kind: 'read', rpms: [bash] },
    unaccounted: choice.unaccounted ?? [],
  };
}

export function imageFacts(
  platforms: readonly PlatformChoice[] = [{}],
  change: Partial<ImageFacts> = {},
): ImageFacts {
  return {
    reference: 'quay.io/fedora/fedora-bootc:43',
    digest: `sha256:${'0'.repeat(64)}`,
    expected: [],
    unread: [],
    platforms: platforms.map(platformFacts),
    composes: [
      {
        id: composeId,
        url: 'http://127.0.0.1/compose',
        packages: new Map([['aarch64', new Set(['bash-0:5.3-1.fc43.aarch64'])]]),
      },
    ],
    ...change,
  };
}

/** What one check says of an image; the worst if it says several things. */
export function outcomeOf(id: string, facts: ImageFacts): Outcome {
  const outcomes = runChecks(
    checks.filter((check) => check.id === id),
    facts,
  ).checks;
  const [any] = outcomes;
  if (!any) throw new Error(`no check ${id}`);
  return outcomes.find(({ result }) => result !== 'pass') ?? any;
}

function layersOf(diffIds: readonly string[]): PlatformFacts['layers'] {
  return diffIds.map((diffId) => ({ digest: digestOf(Buffer.from(diffId)) }));
}
