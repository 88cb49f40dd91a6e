import { expect, test } from 'vitest';
import type { SecurityContext } from '../model/api.ts';
import { refuseRoot, userIdOf } from './non-root.ts';

const image = { kind: 'image', reference: 'a' } as const;
const facts = {
  name: 'run-pod',
  namespace: 'ci',
  uid: 'u-1',
  labels: {},
  annotations: {},
  serviceAccount: 'default',
};
const refuse = (security: SecurityContext, user: string) => () =>
  refuseRoot({ name: 'step-s', security }, user, image, facts);
const at = ' (pod: "run-pod_ci(u-1)", container: step-s)';

test.for<[user: string, security: SecurityContext, message: string]>([
  ['', {}, `container has runAsNonRoot and image will run as root${at}`],
  ['0', {}, `container has runAsNonRoot and image will run as root${at}`],
  ['0:65532', {}, `container has runAsNonRoot and image will run as root${at}`],
  ['root', {}, `image has non-numeric user (root), cannot verify user is non-root${at}`],
  ['nobody:nobody', {}, `image has non-numeric user (nobody), cannot verify user is non-root${at}`],
  ['65532:0', { runAsUser: 0 }, `container's runAsUser breaks non-root policy${at}`],
])('an image of user "%s" with %j is refused', ([user, security, message]) => {
  expect(refuse({ runAsNonRoot: true, ...security }, user)).toThrow(message);
  expect(refuse({ runAsNonRoot: false, ...security }, user)).not.toThrow();
  expect(refuse(security, user)).not.toThrow();
});

test.for<[user: string, security: SecurityContext, id: number]>([
  ['65532:0', {}, 65532],
  ['65532', {}, 65532],
  ['', { runAsUser: 1_000_650_000 }, 1_000_650_000],
  ['nobody', { runAsUser: 7 }, 7],
])('an image of user "%s" with %j may run', ([user, security, id]) => {
  expect(refuse({ runAsNonRoot: true, ...security }, user)).not.toThrow();
  expect(userIdOf({ security }, user)).toBe(id);
});
