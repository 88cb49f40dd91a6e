import { attacks } from '#test/attack';
import { layerOf } from '#test/images/bootc-image';
import type { TarItem } from '#test/images/tar-writer';

// These images are a few KiB once they are compressed, and would cost any memory: what exceeds a limit must be told,
// and never be taken for empty.
const MiB = 1024 * 1024;
const many = (count: number, item: (index: number) => TarItem) => ({
  layers: [layerOf(Array.from({ length: count }, (_, index) => item(index)))],
});
const tmpfiles = (size: number) => (index: number) => ({
  path: `usr/lib/tmpfiles.d/${index}.conf`,
  content: '#'.repeat(size),
});

attacks([
  {
    name: 'more files of tmpfiles.d than are kept',
    check: 'var-tmpfiles',
    says: /could not look: \/usr\/lib\/tmpfiles\.d\/\d+\.conf: /,
    wrong: many(80, tmpfiles(MiB)),
    twin: many(20, tmpfiles(MiB / 2)),
  },
  {
    name: 'a repository behind more of them than are kept',
    check: 'compose-repos',
    says: /could not look: \/etc\/yum\.repos\.d\/\d+\.repo: /,
    wrong: many(80, (index) => ({ path: `etc/yum.repos.d/${index}.repo`, content: '#'.repeat(MiB) })),
    twin: many(80, (index) => ({ path: `etc/yum.repos.d/${index}.txt`, content: '#'.repeat(1000) })),
  },
  {
    name: 'a name that is longer than any engine takes',
    check: 'readable',
    says: /usr/,
    wrong: many(1, () => ({ path: `usr/${'x'.repeat(300)}`, content: 'x' })),
    twin: many(1, () => ({ path: `usr/${'x'.repeat(255)}`, content: 'x' })),
  },
]);
