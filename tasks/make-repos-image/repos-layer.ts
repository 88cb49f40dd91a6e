import { type Compose, type ComposeOfRole, variantArchitectures } from '#lib/compose';
import type { LayerFile } from '#lib/oci';
import { composeRepo } from '#lib/rpm';
import { newestCompose } from './release.ts';

export interface RepoOptions {
  readonly variants: readonly string[];
  readonly gpgcheck: boolean;
  /** URLs of the keys; of files where the packages are installed, or elsewhere. */
  readonly gpgkeys: readonly string[];
  readonly releasever: string;
}

/**
 * What the repos image holds: the repositories of the composes in one file that is called by the newest, dnf's variables, a place for keys, and an
 * os-release for whoever derives $releasever from it. Nothing to run, so it is the same for every architecture.
 */
export function reposFiles(composes: readonly ComposeOfRole[], options: RepoOptions): LayerFile[] {
  const { releasever } = options;
  const newest = newestCompose(composes);
  const repositories = composes.flatMap(({ compose }, index) =>
    options.variants.map((variant) =>
      composeRepo({
        composeId: compose.id,
        variant,
        baseurl: compose.baseurl(variant),
        gpgcheck: options.gpgcheck,
        gpgkey: options.gpgkeys.join(' '),
        // dnf prefers the lowest number, whatever version another repository has.
        priority: composes.length === 1 ? undefined : index + 1,
      }),
    ),
  );
  const directories = [
    'etc',
    'etc/dnf',
    'etc/dnf/vars',
    'etc/pki',
    'etc/pki/rpm-gpg',
    'etc/yum.repos.d',
    'usr',
    'usr/lib',
  ];
  return [
    ...directories.map((path) => ({ path, directory: true })),
    { path: `etc/yum.repos.d/${newest.id}.repo`, content: repositories.join('\n') },
    { path: 'etc/dnf/vars/releasever', content: `${releasever}\n` },
    { path: 'usr/lib/os-release', content: osRelease(newest, releasever) },
    { path: 'etc/os-release', link: '../usr/lib/os-release' },
  ];
}

/** os-release(5): values in double quotes, with what a shell would see in them escaped. */
function osRelease(compose: Compose, releasever: string): string {
  const { name, short } = compose.info.release;
  const quote = (text: string) => `"${text.replaceAll(/[\\"$`]/g, '\\$&').replaceAll(/\p{Cc}+/gu, ' ')}"`;
  const id = short.toLowerCase().replaceAll(/[^a-z0-9._-]/g, '-');
  return [
    `NAME=${quote(name)}`,
    `ID=${id}`,
    `VERSION_ID=${releasever}`,
    `PRETTY_NAME=${quote(`${name} ${releasever} (${compose.id})`)}`,
    'VARIANT_ID=repos',
    '',
  ].join('\n');
}

/** Every variant must have packages for every architecture (RPM's names), or a build would find nothing later. */
export function missingArchitectures(
  compose: Compose,
  variants: readonly string[],
  architectures: readonly string[],
): string[] {
  return variants.flatMap((variant) => {
    const there = variantArchitectures(compose.info, variant);
    return architectures.filter((arch) => !there.includes(arch)).map((arch) => `${variant} for ${arch}`);
  });
}
