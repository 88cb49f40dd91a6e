import { expect, test } from 'vitest';
import { refuseForOldBuildah } from './old-buildah.ts';

const upstream = `ARG REPOS_IMAGE=quay.io/fedora/fedora:rawhide
FROM $REPOS_IMAGE as repos
FROM quay.io/fedora/fedora:rawhide as builder
RUN --mount=type=bind,rw,from=repos,src=/,dst=/repos <<EORUN
./install-manifests
EORUN
`;
const cache = 'FROM a.example/b\nRUN --mount=type=cache,rw,id=x,target=/workdir true\n';
const old = 'buildah version 1.28.2 (image-spec 1.1.0-rc2, runtime-spec 1.0.2-dev)\n';

test.for([
  [upstream, 'Containerfile:4: a here-document needs buildah 1.33, and this is 1.28'],
  [cache, 'Containerfile:2: rw of a cache mount needs buildah 1.33, and this is 1.28'],
] as const)('%j is refused by name where buildah is too old', ([text, message]) => {
  expect(() => refuseForOldBuildah(text, 'Containerfile', old)).toThrow(message);
});

test.for(['1.33.0', '1.41.4', '2.0.0'])('buildah %s builds all of it', (version) => {
  for (const text of [upstream, cache])
    expect(() => refuseForOldBuildah(text, 'Containerfile', `buildah version ${version}`)).not.toThrow();
});

test('an old buildah builds all else, and tells itself what it cannot read', () => {
  for (const text of ['FROM a.example/b\nRUN --mount=type=bind,rw,from=c,dst=/d true\n', 'FRUM x\n'])
    expect(() => refuseForOldBuildah(text, 'Containerfile', old)).not.toThrow();
});
