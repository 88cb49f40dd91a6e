import { expect, test } from 'vitest';
import { parseInputs } from '#lib/step';
import { task } from '../task.ts';
import { hostParams } from './host-params.ts';

test.for([
  ['squid.caching.svc.cluster.local:3128', ''],
  ['http://squid.caching.svc.cluster.local:3128/', ''],
  ['proxy.example:3128', 'proxy.example:3128'],
  ['', ''],
] as const)('of the proxy %j a host is told %j', ([given, told]) => {
  const needed = ['--IMAGE=r.example/a:1', '--PLATFORM=linux/s390x'];
  const { params } = parseInputs(task.steps.build, [...needed, `--HTTP_PROXY=${given}`, '--NO_PROXY=a']);

  expect(hostParams(params)).toEqual({
    ...params,
    HTTP_PROXY: told,
    NO_PROXY: given === '' ? 'a' : told && 'a',
  });
});
