import { expect, test } from 'vitest';
import { MappedSnapshot } from './index.ts';

const containerImage = `quay.io/a/b@sha256:${'0'.repeat(64)}`;
const repositories = [{ url: 'quay.io/c/d', tags: ['43', 'latest'] }];
const component = { name: 'a', containerImage, repositories };

test('keeps what it does not know, for the tasks of others', () => {
  const snapshot = {
    componentGroup: 'app',
    components: [{ ...component, staged: { files: [] }, repositories: [{ ...repositories[0], x: 1 }] }],
  };

  expect(MappedSnapshot.parse(snapshot)).toEqual(snapshot);
});

test.for([
  { containerImage: 'quay.io/a/b:1' },
  { containerImage: `quay.io/a/b:1@sha256:${'0'.repeat(64)}` },
  { containerImage: 'quay.io/a/b@sha256:0' },
  { repositories: [] },
  { repositories: [{ url: 'quay.io/c/d', tags: [] }] },
  { repositories: [{ url: 'quay.io/c/d:1', tags: ['1'] }] },
  { repositories: [{ url: 'quay.io/c/d', tags: ['.x'] }] },
  { repositories: [{ url: 'quay.io/c/d', tags: ['x'.repeat(129)] }] },
  { repositories: [{ url: 'https://quay.io/c/d', tags: ['1'] }] },
  { name: '' },
  { companions: 'some' },
])('refuses %j', (more) => {
  expect(MappedSnapshot.safeParse({ components: [{ ...component, ...more }] }).success).toBe(false);
});
