import { expect, test } from 'vitest';
import { checkTaskRun } from './check-task-run.ts';

const request = { spec: { steps: [{ name: 's' }] }, resources: {} };

test('refuses two claims, unless the affinity assistant is off', () => {
  const claim = (claimName: string) => ({ name: claimName, persistentVolumeClaim: { claimName } });
  const bindings = [claim('a'), claim('b')];

  expect(() => checkTaskRun({ ...request, bindings }, { allowsManyClaims: false })).toThrow(
    'more than one PersistentVolumeClaim is bound',
  );
  expect(() => checkTaskRun({ ...request, bindings }, { allowsManyClaims: true })).not.toThrow();
  expect(() =>
    checkTaskRun({ ...request, bindings: [claim('a'), claim('a')] }, { allowsManyClaims: false }),
  ).not.toThrow();
});
