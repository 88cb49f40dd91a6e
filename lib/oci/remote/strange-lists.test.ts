import { beforeEach, expect, test } from 'vitest';
import { behindFaults } from '#test/registries/behind-faults';
import type { Fault, FaultProxy, Seen } from '#test/registries/fault-proxy';
import { answer, where } from '#test/registries/faults';
import { packLayer } from '../write/pack.ts';
import { pushArtifact } from '../write/push-artifact.ts';
import { pushImage } from '../write/push-image.ts';
import type { Repository } from './repository.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const config = { os: 'linux', architecture: 'amd64' };

const behind = behindFaults({ retry: { delay: 1 } });
let proxy: FaultProxy;
let to: Repository;
let waits: readonly number[];

beforeEach(() => {
  ({ proxy, waits } = behind);
  to = behind.repository('to');
});

const isReferrers = ({ path }: Seen) => path.includes('/referrers/');
test.for([400, 401, 403, 404, 405, 406, 410, 501, 301])(
  'referrers answered by %i are looked for under the tag',
  async (status) => {
    const subject = await subjectIn(to);
    proxy.fault = where(isReferrers, answer(status));

    const attached = await pushArtifact(to, { artifactType: 'a/b', subject, parts: [] });

    expect(await to.referrers(subject)).toMatchObject([{ digest: attached.digest }]);
    expect(await to.referrers(attached)).toEqual([]);
    expect(waits).toEqual([]);
  },
);

test.for<[name: string, fault: Fault]>([
  ['500', answer(500)],
  ['503', answer(503)],
  ['no JSON', answer(200, { 'content-type': INDEX }, '{"manif')],
  ['an index that is none', answer(200, { 'content-type': INDEX }, '{"manifests":[{}]}')],
])('referrers answered by %s are those under the tag, and unknown without one', async ([, fault]) => {
  const subject = await subjectIn(to);
  const attached = await pushArtifact(to, { artifactType: 'a/b', subject, parts: [] });
  proxy.fault = where(isReferrers, fault);

  expect(await to.referrers(subject)).toMatchObject([{ digest: attached.digest }]);
  await expect(to.referrers(attached)).rejects.toThrow('list');
});

test.for<[name: string, link: (path: string) => string]>([
  ['another origin', (path) => `<http://registry.internal:5000${path}>; rel="next"`],
  ['another scheme and path before it', (path) => `<https://inner/api/docker${path}>; rel=next`],
  ['a path without the repository', () => '</v2/tags/list?last=a>; rel="next"'],
  ['our own', (path) => `<${path}>; rel="next"`],
  ['after another link', (path) => `</help>; rel="help", <${path}>; title="x"; rel="prefetch next"`],
])('goes on with the next page at %s', async ([, link]) => {
  await tagTwice();
  const path = `/v2/${to.repository}/tags/list`;
  pages(
    (seen) => (seen.path.endsWith('last=a') ? ['b'] : ['a']),
    (seen) => (seen.path.endsWith('last=a') ? undefined : link(`${path}?last=a`)),
  );

  expect(await listOf(to)).toEqual(['a', 'b']);
});

test.for<[name: string, link: (path: string) => string]>([
  ['leads elsewhere', () => '<http://registry.internal/other>; rel="next"'],
  ['is no URL', () => '<http://[>; rel="next"'],
  ['has no brackets', (path) => `${path}?last=a; rel="next"`],
  ['is the page itself', (path) => `<${path}?n=1000>; rel="next"`],
  ['is empty', () => '<>; rel="next"'],
])('a list whose next page %s is an error, and no short list', async ([, link]) => {
  await tagTwice();
  pages(
    () => ['a'],
    () => link(`/v2/${to.repository}/tags/list`),
  );

  await expect(listOf(to)).rejects.toThrow(`the list of tags of ${to.name} cannot be read to its end`);
});

test('pages that lead back to one before end with an error', async () => {
  await tagTwice();
  const path = `/v2/${to.repository}/tags/list`;
  pages(
    () => ['a'],
    (seen) => `<${path}?last=${seen.path.endsWith('last=a') ? 'b' : 'a'}>; rel="next"`,
  );

  await expect(listOf(to)).rejects.toThrow('its pages lead back to one that was there already');
  expect(proxy.seen.filter(({ path: asked }) => asked.startsWith(path))).toHaveLength(3);
});

test('a second page of referrers that does not come is an error', async () => {
  const subject = await subjectIn(to);
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [subject] });
  const link = `</v2/${to.repository}/referrers/${subject.digest}?page=2>; rel="next"`;
  proxy.fault = (seen) => {
    if (!isReferrers(seen)) return undefined;
    return seen.path.endsWith('page=2') ? answer(404) : answer(200, { 'content-type': INDEX, link }, body);
  };

  await expect(to.referrers(subject)).rejects.toThrow('cannot list the referrers');
});

test('tags that are no text are no list', async () => {
  proxy.fault = () => answer(200, {}, '{"name":"x","tags":["a",7]}');

  await expect(listOf(to)).rejects.toThrow(`the list of tags of ${to.name} is none`);
});

async function subjectIn(repository: Repository) {
  const layers = [await packLayer([{ path: 'file', content: 'content' }])];
  return pushImage(repository, { config, layers });
}

async function tagTwice(): Promise<void> {
  await subjectIn(to);
}

function pages(tags: (seen: Seen) => readonly string[], link: (seen: Seen) => string | undefined): void {
  proxy.fault = (seen) => {
    const next = link(seen);
    const body = JSON.stringify({ name: to.repository, tags: tags(seen) });
    return answer(
      200,
      { 'content-type': 'application/json', ...(next === undefined ? {} : { link: next }) },
      body,
    );
  };
}

async function listOf(repository: Repository): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const tag of repository.tags()) found.push(tag);
  return found;
}
