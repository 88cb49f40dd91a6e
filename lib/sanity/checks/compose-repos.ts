import { fillIn, type Repo } from '#lib/rpm';
import { withoutUserinfo } from '#lib/text';
import type { PlatformCheck } from '../check-definition.ts';
import type { ImageRootfs } from '../facts.ts';
import { inEach, look, textOf } from '../look.ts';
import { remoteFiles, remotesIn } from './ostree-remotes.ts';
import { pointsAtCompose } from './points-at-compose.ts';
import { localLists, reposIn, repositoriesOf } from './repositories.ts';

export const composeRepos: PlatformCheck = {
  id: 'compose-repos',
  severity: 'fail',
  description: 'No repository of dnf or ostree points at the compose, or at any other compose in progress.',
  looksAt:
    '`*.repo` in `/etc/yum.repos.d`, `/etc/yum/repos.d`, `/etc/distro.repos.d`, `/usr/share/dnf5/repos.d`, both `repos.override.d` of dnf5, and every `reposdir` of `/etc/dnf/dnf.conf`, `/etc/yum.conf` and the drop-ins of dnf5; repositories in these files themselves; the same below `/usr/etc`. Links are followed and variables filled in; a `mirrorlist` that is a file of the image is read. Also the addresses in `/etc/ostree/remotes.d/*.conf`. A file that dnf or ostree refuses is an error.',
  why: 'A compose in progress is deleted in a few weeks, and its packages change until then: a machine that has it as a repository cannot be updated, or gets what was never released.',
  mend: 'Mount the repositories of the compose while building instead of copying them into the image, or delete them in the layer that made them: a later layer is enough.',
  platform: ({ rootfs }, { composes }) => {
    const { files, values, unseen } = repositoriesOf(rootfs);
    const suspect = (addresses: readonly string[]) =>
      addresses.find((address) => pointsAtCompose(address, composes));
    // A list is looked through once, however many repositories name it.
    const lists = new Map<string, string | undefined>();
    const suspectIn = (path: string) => {
      if (!lists.has(path)) lists.set(path, suspect(mirrorsIn(rootfs, path, values)));
      return lists.get(path);
    };
    const found = inEach(files, (file) =>
      reposIn(rootfs, file, values).flatMap((repo) => {
        const where = suspect(addressesOf(repo)) ?? firstOf(localLists(repo), suspectIn);
        return where === undefined
          ? []
          : [`/${file} [${repo.id}] points at ${withoutUserinfo(where, '***@')}`];
      }),
    );
    const remotes = inEach(remoteFiles(rootfs), (file) =>
      remotesIn(rootfs, file).flatMap(({ name, addresses }) => {
        const where = suspect(addresses);
        return where === undefined ? [] : [`/${file} [${name}] points at ${withoutUserinfo(where, '***@')}`];
      }),
    );
    return [...unseen, ...found, ...remotes];
  },
};

function addressesOf({ baseurl = [], metalink, mirrorlist }: Repo): string[] {
  return [...baseurl, metalink, mirrorlist].filter((address) => address !== undefined);
}

function mirrorsIn(rootfs: ImageRootfs, path: string, values: ReadonlyMap<string, string>): string[] {
  const seen = look(rootfs, path);
  return seen.kind === 'absent' ? [] : fillIn(textOf(seen.bytes), values).split(/[\s"'<>]+/);
}

function firstOf<Item, Result>(
  items: readonly Item[],
  find: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
