import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { ownPlatform, parsePlatform } from '#lib/oci';

export interface StepImageOptions {
  /** OCI's names. */
  readonly architectures: readonly string[];
  /** An OCI layout to write; without it the image goes into podman's storage. */
  readonly output?: { readonly directory: string; readonly tag: string };
  readonly base?: string | undefined;
  readonly release?: string | undefined;
  /** Adds what V8 compiled of the steps, which no two builds have alike. */
  readonly compiledCode: boolean;
  /** Adds cosign, which signs where a cluster asks for keyless signatures. */
  readonly cosign: boolean;
}

/** The first release of Debian that has Node 24 for every architecture. */
const DEBIAN_WITH_NODE = 'forky';
const own = ownPlatform().architecture;

/** Reads the command line; ends the process where that is wrong or asks for help. */
export function readOptions(args: readonly string[]): StepImageOptions {
  const command = new Command('scripts/image')
    .description('Build the step image.')
    .option(
      '--platform <platforms>',
      'platforms, by comma; foreign ones are built by emulation',
      `linux/${own}`,
    )
    .option('--output <layout>', 'oci:<directory>[:tag], an OCI layout; by default the storage of podman')
    .option(
      '--base <image>',
      'image to start from, pulled if need be; by default one made of this distribution',
    )
    .option(
      '--compiled-code',
      'add what V8 compiled of the steps: they start sooner, and no other build gives the same image; without --output always',
      false,
    )
    .option(
      '--cosign',
      'add cosign, built by Go, for keyless signatures; with --output always, unless --no-cosign',
    )
    .option('--no-cosign', 'leave cosign out, which takes minutes to build')
    .option('--release <release>', 'release of the distribution that the base is made of')
    .addHelpText(
      'after',
      `
SOURCE_DATE_EPOCH, in seconds, is the time that the images are said to be of; by default that of their base.

Examples:
  scripts/image
  scripts/image --platform linux/amd64,linux/arm64 --output oci:dist/image
  scripts/image --platform linux/amd64,linux/s390x --base quay.io/fedora/fedora:43@sha256:… --output oci:dist/image:main`,
    )
    .parse(args, { from: 'user' });
  const { platform, output, base, release, compiledCode, cosign } = command.opts<{
    platform: string;
    output?: string;
    base?: string;
    release?: string;
    compiledCode: boolean;
    cosign?: boolean;
  }>();
  const architectures = [...new Set(platform.split(',').map((text) => parsePlatform(text).architecture))];
  if (output === undefined) {
    if (architectures.length > 1) command.error('error: several platforms need --output oci:<directory>');
    return {
      architectures,
      base,
      release: release ?? defaultRelease(architectures),
      compiledCode: true,
      cosign: cosign ?? false,
    };
  }
  const { directory, tag } = /^oci:(?<directory>[^:]+)(?::(?<tag>.+))?$/.exec(output)?.groups ?? {};
  if (directory === undefined) return command.error('error: --output must be oci:<directory>[:tag]');
  if (base !== undefined && !isPinned(base)) {
    return command.error(`error: --base ${base} can be another image tomorrow: write it with @sha256:…`);
  }
  return {
    architectures,
    compiledCode,
    cosign: cosign ?? true,
    output: { directory, tag: tag ?? 'latest' },
    base,
    release: release ?? defaultRelease(architectures),
  };
}

/**
 * Whether a base stays what it is, as that of a published image must; one of this machine's, `localhost/…`, is made of
 * its packages.
 */
function isPinned(base: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(base) || base.startsWith('localhost/');
}

/** The release where none is given: one for all platforms of an index. */
function defaultRelease(architectures: readonly string[]): string | undefined {
  if (architectures.every((architecture) => architecture === own)) return undefined;
  const isOld = /^VERSION_CODENAME=(?:bookworm|trixie)$/m.test(readFileSync('/etc/os-release', 'utf8'));
  return isOld ? DEBIAN_WITH_NODE : undefined;
}
