import { expect, test } from 'vitest';
import { parseComposeId } from './compose-id.ts';

test.for([
  ['Fedora-Rawhide-20251101.n.0', 'Fedora-Rawhide', 'nightly', 0],
  ['Fedora-IoT-43-20251101.0', 'Fedora-IoT-43', 'production', 0],
  ['Fedora-43-20251101.t.12', 'Fedora-43', 'test', 12],
  ['CentOS-Stream-10-20251101.d.3', 'CentOS-Stream-10', 'development', 3],
  ['RHEL-10.1-updates-RHEL-10-20251101.ci.1', 'RHEL-10.1-updates-RHEL-10', 'ci', 1],
] as const)('reads %s', ([id, release, type, respin]) => {
  expect(parseComposeId(id)).toEqual({ id, release, date: '20251101', type, respin });
});

test.for(['Fedora-43', 'Fedora-43-20251101', 'Fedora-43-20251101.x.0', '-20251101.0', 'a b-20251101.n.0'])(
  'refuses %j',
  (id) => {
    expect(() => parseComposeId(id)).toThrow('not the id of a compose');
  },
);
