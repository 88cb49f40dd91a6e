import { expect, test } from 'vitest';
import { runStepWith } from '#test/context';
import { cacheProxy } from './cache-proxy.ts';
import init from './init.ts';

const squid = 'squid.caching.svc.cluster.local:3128';

test('without a wish for the cache there is no proxy', async () => {
  expect(await runStepWith(init, {})).toEqual({ 'http-proxy': '', 'no-proxy': '' });
});

test('outside a cluster the defaults are taken, and that is told', async () => {
  const lines: string[] = [];

  const results = await runStepWith(init, { 'enable-cache-proxy': 'true' }, { lines });

  expect(results['http-proxy']).toBe(squid);
  expect(results['no-proxy'].split(',')).toContain('registry.fedoraproject.org');
  expect(lines).toEqual(['this is no cluster: the defaults of Konflux are taken']);
});

test.for([
  [{}, { isAllowed: true, httpProxy: squid }],
  [{ 'allow-cache-proxy': 'False' }, { isAllowed: false }],
  [{ 'allow-cache-proxy': '1' }, { isAllowed: true, httpProxy: squid }],
  [{ 'http-proxy': 'p:1' }, { isAllowed: true, httpProxy: 'p:1', noProxy: '' }],
  [{ 'no-proxy': 'a,b' }, { isAllowed: true, httpProxy: '', noProxy: 'a,b' }],
] as const)('a cluster that says %j', ([settings, proxy]) => {
  expect(cacheProxy(settings)).toMatchObject(proxy);
});

test('what is neither yes nor no is an error', () => {
  expect(() => cacheProxy({ 'allow-cache-proxy': 'maybe' })).toThrow('is "maybe", neither true nor false');
});
