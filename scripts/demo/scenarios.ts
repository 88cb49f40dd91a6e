import { makeKilledInstall } from './killed-install.ts';

/** A compose that the fixture makes, and what is wrong with it. */
export interface FixtureChoice {
  readonly role: string;
  readonly id: string;
  /** As `makeFixture` takes them; none for a compose as it should be. */
  readonly defects?: readonly string[];
}

export interface Scenario {
  readonly name: string;
  /** By precedence. */
  readonly composes: readonly FixtureChoice[];
  readonly branch: string;
  /** All by default. */
  readonly images?: readonly string[];
  /** All four by default. */
  readonly platforms?: readonly string[];
  readonly failable?: readonly string[];
  readonly allowDrop?: readonly string[];
  /** Makes the source of the images in a directory; that of the demo without it. */
  readonly makeSource?: (directory: string, signal?: AbortSignal) => Promise<string>;
  readonly expected: {
    /** Images of which tags move; empty where nothing may move. */
    readonly promoted: readonly string[];
    /** What the run says is missing or held back. */
    readonly incomplete?: readonly string[];
    /** What verdicts must name, such as the check that holds an image back. */
    readonly verdicts?: readonly string[];
    /** Texts that the reports must have in them. */
    readonly reports?: readonly string[];
  };
}

const rawhide = { role: 'nightly', id: 'Fedora-Rawhide-20261123.n.0' } as const;
const release = { role: 'release', id: 'Fedora-43-20251021.0' } as const;
const updates = { role: 'updates', id: 'Fedora-43-updates-20261123.0' } as const;
const standardFails = {
  composes: [{ ...rawhide, defects: ['uninstallable:podman@s390x'] }],
  branch: 'rawhide',
  failable: ['*@s390x'],
} as const;

const whole: Scenario = {
  name: 'rawhide, as it should be',
  composes: [rawhide],
  branch: 'rawhide',
  expected: { promoted: ['minimal', 'minimal-plus', 'standard', 'iot'] },
};

const noInitramfs: Scenario = {
  name: 'no initramfs on s390x',
  composes: [{ ...release, defects: ['missing-initramfs:s390x'] }],
  branch: '43',
  images: ['minimal'],
  platforms: ['linux/s390x'],
  expected: { promoted: [], incomplete: ['minimal'], verdicts: ['kernel-initramfs@s390x'] },
};

export const scenarios: readonly Scenario[] = [
  whole,
  {
    name: '43, from release and updates',
    composes: [updates, release],
    branch: '43',
    images: ['minimal'],
    platforms: ['linux/amd64', 'linux/s390x'],
    expected: { promoted: ['minimal'], reports: ['bootc-0:1.9.0-1.fc43.x86_64', release.id, updates.id] },
  },
  noInitramfs,
  {
    ...standardFails,
    name: 'standard fails on s390x, which may',
    images: ['minimal', 'standard'],
    expected: { promoted: ['minimal'], incomplete: ['standard'], verdicts: ['would lose linux/s390x'] },
  },
  {
    ...standardFails,
    name: '… and s390x may be dropped',
    images: ['standard'],
    allowDrop: ['standard@s390x=podman cannot be installed there;until=2999-12-31'],
    expected: { promoted: ['standard'], incomplete: ['standard@s390x'] },
  },
  {
    name: 'podman is not in rpms.json',
    composes: [{ ...release, defects: ['unlisted-package:podman'] }],
    branch: '43',
    images: ['minimal', 'standard'],
    platforms: ['linux/s390x'],
    expected: {
      promoted: [],
      incomplete: ['minimal', 'standard'],
      verdicts: ['packages-in-compose@s390x'],
    },
  },
  {
    name: 'rpm was killed, its log holds a package',
    composes: [release],
    branch: '43',
    images: ['minimal'],
    platforms: ['linux/amd64'],
    makeSource: makeKilledInstall,
    expected: { promoted: [], incomplete: ['minimal'], verdicts: ['packages-in-compose@'] },
  },
];

/** `DEMO=quick`: what goes well and what does not, of one image. */
export const quick: readonly Scenario[] = [
  {
    ...whole,
    images: ['minimal'],
    platforms: ['linux/amd64', 'linux/s390x'],
    expected: { promoted: ['minimal'] },
  },
  noInitramfs,
];
