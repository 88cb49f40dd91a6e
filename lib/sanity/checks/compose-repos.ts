import type { Repo } from '#lib/rpm';
import type { PlatformCheck } from '../check-definition.ts';
import type { ImageRootfs } from '../facts.ts';
import { inEach, look, textOf } from '../look.ts';
import { filledIn, pointsAtCompose } from './points-at-compose.ts';
import { localLists, reposIn, repositoriesOf } from './repositories.ts';

export const composeRepos: PlatformCheck = {
  id: 'compose-repos',
  severity: 'fail',
  description: 'No repository of dnf points at the compose, or at any other compose in progress.',
  looksAt:
    '`*.repo` in `/etc/yum.repos.d`, `/etc/yum/repos.d`, `/etc/distro.repos.d`, `/usr/share/dnf5/repos.d`, both `repos.override.d` of dnf5, and every `reposdir` of `/etc/dnf/dnf.conf`, `/etc/yum.conf` and the drop-ins of dnf5; repositories in these files themselves; the same below `/usr/etc`. Links are followed and variables filled in; a `mirrorlist` that is a file of the image is read.',
  why: 'A compose in progress is deleted in a few weeks, and its packages change until then: a machine that has it as a repository cannot be updated, or gets what was never released.',
  mend: 'Mount the repositories of the compose while building instead of copying them into the image, or delete them in the layer that made them: a later layer is enough.',
  platform: ({ rootfs }, { compose }) => {
    const { files, values, unseen } = repositoriesOf(rootfs);
    const found = inEach(files, (file) =>
      reposIn(rootfs, file).flatMap((repo) => {
        const suspect = addressesOf(rootfs, repo, values).find((url) => pointsAtCompose(url, compose));
        return suspect === undefined ? [] : [`/${file} [${repo.id}] points at ${suspect}`];
      }),
    );
    return [...unseen, ...found];
  },
};

/** The addresses of a repository, and those that a list of mirrors in the image has. */
function addressesOf(rootfs: ImageRootfs, repo: Repo, values: ReadonlyMap<string, string>): string[] {
  const own = [...(repo.baseurl ?? []), repo.metalink, repo.mirrorlist].filter((url) => url !== undefined);
  const mirrors = localLists(repo, values).flatMap((path) => {
    const seen = look(rootfs, path);
    return seen.kind === 'absent' ? [] : textOf(seen.bytes).split(/[\s"'<>]+/);
  });
  return [...own, ...mirrors].map((address) => filledIn(address, values));
}
