import { expect, test } from 'vitest';
import { translatePath } from './translate-path.ts';

const mappings = [
  ['/mnt/koji/compose/', 'https://kojipkgs.fedoraproject.org/compose/'],
  ['/mnt/koji', 'https://kojipkgs.fedoraproject.org'],
] as const;

test.for([
  ['/mnt/koji/compose/rawhide/X', 'https://kojipkgs.fedoraproject.org/compose/rawhide/X'],
  ['/mnt/koji//compose/./rawhide/', 'https://kojipkgs.fedoraproject.org/compose/rawhide'],
  ['/mnt/koji/composes', 'https://kojipkgs.fedoraproject.org/composes'],
  ['/mnt/kojira/x', '/mnt/kojira/x'],
  ['/elsewhere/', '/elsewhere'],
])('%s becomes %s', ([path = '', url]) => {
  expect(translatePath(path, mappings)).toBe(url);
});
