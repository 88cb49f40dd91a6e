import { expect, test } from 'vitest';
import { checkTaskRun } from './check-task-run.ts';

test('refuses two claims, unless the affinity assistant is off', () => {
  const claim = (claimName: string) => ({ name: claimName, persistentVolumeClaim: { claimName } });
  const bindings = [claim('a'), claim('b')];

  expect(() => checkTaskRun({ bindings }, { allowsManyClaims: false })).toThrow(
    'more than one PersistentVolumeClaim is bound',
  );
  expect(() => checkTaskRun({ bindings }, { allowsManyClaims: true })).not.toThrow();
  expect(() =>
    checkTaskRun({ bindings: [claim('a'), claim('a')] }, { allowsManyClaims: false }),
  ).not.toThrow();
});
