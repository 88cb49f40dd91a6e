import { quoted } from '#lib/text';
import { InvalidReferenceError } from './errors.ts';

/** A platform in Go's names, as the image-spec asks: `linux`, `amd64`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
}

/** Pairs of RPM's name and Go's name: those that differ, and some that are known to be the same. */
const ARCHITECTURES = [
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
  ['ppc64le', 'ppc64le'],
  ['s390x', 's390x'],
  ['riscv64', 'riscv64'],
  ['i686', '386'],
  ['armv7hl', 'arm'],
] as const;

const TO_OCI: ReadonlyMap<string, string> = new Map(ARCHITECTURES);
const TO_RPM: ReadonlyMap<string, string> = new Map(ARCHITECTURES.map(([rpm, oci]) => [oci, rpm]));

/** `amd64` for `x86_64`; a name that is an OCI one already, or unknown, stays. */
export function ociArchitecture(architecture: string): string {
  return TO_OCI.get(architecture) ?? architecture;
}

/** `x86_64` for `amd64`; a name that is an RPM one already, or unknown, stays. */
export function rpmArchitecture(architecture: string): string {
  return TO_RPM.get(architecture) ?? architecture;
}

const PART = /^[A-Za-z0-9._-]+$/;

/** Reads `os/architecture[/variant]`; RPM's names of architectures are taken too. */
export function parsePlatform(text: string): Platform {
  const [os = '', architecture = '', variant, ...more] = text.split('/');
  if (![os, architecture, variant ?? 'x'].every((part) => PART.test(part)) || more.length > 0) {
    throw new InvalidReferenceError(`not a platform: ${quoted(text)}`, {
      hint: 'write it as linux/amd64, linux/arm64, linux/ppc64le or linux/s390x',
    });
  }
  return normalize({ os, architecture, ...(variant === undefined ? {} : { variant }) });
}

export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = normalize(platform);
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** Whether an image for `have` is what somebody who asked for `wanted` means. */
export function matchesPlatform(wanted: Platform, have: Platform): boolean {
  const a = normalize(wanted);
  const b = normalize(have);
  if (a.os !== b.os || a.architecture !== b.architecture) return false;
  return a.variant === undefined || a.variant === b.variant;
}

/** Node's name, then Go's, where they differ; Node has no other name for the little-endian ppc64. */
const OF_NODE: Readonly<Record<string, string>> = { x64: 'amd64', ppc64: 'ppc64le', ia32: '386' };

/** The platform of this machine. */
export function ownPlatform(): Platform {
  return { os: process.platform, architecture: OF_NODE[process.arch] ?? process.arch };
}

function normalize(platform: Platform): Platform {
  const { variant, ...rest } = platform;
  const architecture = ociArchitecture(platform.architecture);
  // v8 is the only arm64 there is: some builders write it, some do not.
  const named = architecture === 'arm64' && variant === 'v8' ? undefined : variant || undefined;
  return { ...rest, architecture, ...(named === undefined ? {} : { variant: named }) };
}
