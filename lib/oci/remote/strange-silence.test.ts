import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { behindFaults } from '#test/registries/behind-faults';
import type { Fault, FaultProxy, Seen } from '#test/registries/fault-proxy';
import { copy } from '../copy/copy.ts';
import { collect } from '../model/content.ts';
import { describe } from '../model/descriptor.ts';
import { packLayer } from '../write/pack.ts';
import { pushArtifact } from '../write/push-artifact.ts';
import { pushImage } from '../write/push-image.ts';
import type { Repository } from './repository.ts';

// These are the questions of strange-answers.test.ts, with no answer, or one that breaks off, or one that nobody could
// foresee.

const BLOB = randomBytes(100_000);
const DESCRIPTOR = describe('application/octet-stream', BLOB);
const config = { os: 'linux', architecture: 'amd64' };
const INDEX = 'application/vnd.oci.image.index.v1+json';

const behind = behindFaults({ retry: { attempts: 2, delay: 1 }, idleTimeout: 200 });
let proxy: FaultProxy;
let from: Repository;
let to: Repository;

beforeEach(() => {
  ({ proxy } = behind);
  from = behind.repository('from');
  to = behind.repository('to');
});

const answer = (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Fault => ({
  kind: 'answer',
  status,
  headers,
  body,
});
const breaks: readonly [name: string, fault: Fault][] = [
  ['nothing', { kind: 'silence' }],
  ['a reset', { kind: 'reset-request', after: 0 }],
  ['an answer that gets lost', { kind: 'lose-answer' }],
  ['429 and an hour', answer(429, { 'retry-after': '3600' })],
  ['a redirect to itself', answer(307, { location: '?' })],
  ['a redirect to nowhere', answer(302, { location: 'http://127.0.0.1:9/' })],
  ['a redirect to no URL', answer(308, { location: 'http://[' })],
  ['a redirect to a file', answer(301, { location: 'file:///etc/passwd' })],
  ['a status of its own', answer(599)],
  ['a login for something else', answer(401, { 'www-authenticate': 'Negotiate' })],
  ['a digest that is none', answer(200, { 'docker-content-digest': 'sha256:x', 'content-length': '7' })],
];

test.for(breaks)('a mount answered by %s is a plain upload', async ([, fault]) => {
  await from.push(DESCRIPTOR, BLOB);
  proxy.fault = ({ method, path }) => (method === 'POST' && path.includes('mount=') ? fault : undefined);

  expect(await to.push(DESCRIPTOR, BLOB, { from })).toBe('pushed');

  expect(await collect(to.fetch(DESCRIPTOR))).toEqual(BLOB);
});

/** These answers are real ones, and not strange. */
const answers = ['429 and an hour', 'a login for something else'];

test.for(breaks.filter(([name]) => !answers.includes(name)))(
  'where HEAD is answered by %s an image is copied, and found',
  async ([, fault]) => {
    const layers = [await packLayer([{ path: 'file', content: 'content' }])];
    const root = await pushImage(from, { config, layers, tags: ['1'] });
    proxy.fault = ({ method }) => (method === 'HEAD' ? fault : undefined);

    await copy(from, to, { reference: '1', tags: ['1'] });

    expect((await to.resolve('1')).digest).toBe(root.digest);
    await expect(to.resolve('2')).rejects.toThrow('there is no such image');
  },
);

test.for(breaks)('referrers answered by %s keep no artifact from being attached', async ([, fault]) => {
  const layers = [await packLayer([{ path: 'file', content: 'content' }])];
  const subject = await pushImage(to, { config, layers });
  proxy.fault = ({ path }) => (path.includes('/referrers/') ? fault : undefined);

  const attached = await pushArtifact(to, { artifactType: 'a/b', subject, parts: [] });

  proxy.fault = () => undefined;
  expect(await to.referrers(subject)).toMatchObject([{ digest: attached.digest }]);
});

test.for<[name: string, link: string]>([
  ['a query alone', '<?last=a>; rel="next"'],
  ['a name beside the page', '<list?last=a>; rel=next'],
  ['a relation in capitals', '</v2/NAME/tags/list?last=a>; REL="NEXT"'],
  ['a comma in the address', '</v2/NAME/tags/list?last=a&x=1,2>; rel="next"'],
  ['no space', '</v2/NAME/tags/list?last=a>;rel=next'],
])('the next page is found by %s', async ([, link]) => {
  paged((path) => (path.includes('last=a') ? undefined : link.replace('NAME', to.repository)));

  expect(await tagsOf(to)).toEqual(['a', 'b']);
});

test.for<[name: string, fault: (seen: Seen) => Fault | undefined]>([
  ['is not there', ({ path }) => (path.includes('last=a') ? answer(404) : undefined)],
  ['is a page for people', ({ path }) => (path.includes('last=a') ? answer(200, {}, '<html>') : undefined)],
  ['breaks off', ({ path }) => (path.includes('last=a') ? { kind: 'silence' } : undefined)],
  ['is empty', ({ path }) => (path.includes('last=a') ? answer(200) : undefined)],
  ['has no tags', ({ path }) => (path.includes('last=a') ? answer(200, {}, '{"tags":7}') : undefined)],
])('a list whose second page %s is an error, and no short list', async ([, fault]) => {
  paged(() => `</v2/${to.repository}/tags/list?last=a>; rel="next"`);
  const pages = proxy.fault;
  proxy.fault = (seen) => fault(seen) ?? pages(seen);

  await expect(tagsOf(to)).rejects.toThrow(/list/);
});

test('a list of a million pages ends with an error', { timeout: 120_000 }, async () => {
  let page = 0;
  proxy.fault = () =>
    answer(
      200,
      {
        'content-type': 'application/json',
        link: `</v2/${to.repository}/tags/list?last=${page++}>; rel=next`,
      },
      '{"tags":[]}',
    );

  await expect(tagsOf(to)).rejects.toThrow(/list of tags/);
});

test('an index of referrers that is not the type that it says is none', async () => {
  const layers = [await packLayer([{ path: 'file', content: 'content' }])];
  const subject = await pushImage(to, { config, layers });
  proxy.fault = ({ path }) =>
    path.includes('/referrers/') ? answer(200, { 'content-type': INDEX }, '{"manifests":null}') : undefined;

  expect(await to.referrers(subject).catch((error: Error) => error.message)).toEqual(
    expect.stringContaining('list'),
  );
});

function paged(link: (path: string) => string | undefined): void {
  proxy.fault = ({ path }) => {
    const next = link(path);
    const headers = { 'content-type': 'application/json', ...(next === undefined ? {} : { link: next }) };
    return answer(200, headers, JSON.stringify({ tags: path.includes('last=a') ? ['b'] : ['a'] }));
  };
}

async function tagsOf(repository: Repository): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const tag of repository.tags()) found.push(tag);
  return found;
}
