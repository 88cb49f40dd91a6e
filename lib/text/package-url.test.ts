import { expect, test } from 'vitest';
import { parsePackageUrl } from './package-url.ts';

test.for([
  [
    'pkg:rpm/fedora/bash@5.3-1.fc43?arch=s390x&checksum=sha256:0a&repository_id=fedora',
    { type: 'rpm', path: 'fedora/bash@5.3-1.fc43', name: 'bash', version: '5.3-1.fc43' },
    { arch: 's390x', checksum: 'sha256:0a', repository_id: 'fedora' },
  ],
  [
    'pkg:npm/%40types/node@24.1.0#lib',
    { type: 'npm', path: '@types/node@24.1.0', name: 'node', version: '24.1.0' },
    {},
  ],
  ['PKG:RPM/a', { type: 'rpm', path: 'a', name: 'a', version: '' }, {}],
  [
    'pkg:oci/os@sha256:0a?arch=amd64&empty&repository_url=r.example/a%2Fb',
    { type: 'oci', path: 'os@sha256:0a', name: 'os', version: 'sha256:0a' },
    { arch: 'amd64', repository_url: 'r.example/a/b' },
  ],
  ['pkg:generic/50%@1', { type: 'generic', path: '50%@1', name: '50%', version: '1' }, {}],
] as const)('reads %s', ([text, parts, qualifiers]) => {
  expect(parsePackageUrl(text)).toEqual({ ...parts, qualifiers: new Map(Object.entries(qualifiers)) });
});

test.for(['', 'bash', 'pkg:rpm', 'pkg:rpm/', 'pkg:/bash', 'https://pkg:rpm/a'])('%j is none', (text) => {
  expect(parsePackageUrl(text)).toBeUndefined();
});
