import { expect, test } from 'vitest';
import { small, storedRun } from '#test/screens/stored-run';
import { describeRun } from './describe-run.ts';

test('a directory of this machine is told as what it is', async () => {
  const stored = storedRun('/nowhere', small);
  const run = {
    metadata: { annotations: { 'bootc-catalog/workspace-directories': '{"source":"/home/me/src"}' } },
    spec: {
      workspaces: [
        { name: 'source', emptyDir: {} },
        { name: 'cache', emptyDir: {} },
      ],
    },
  };

  expect(await describeRun({ ...stored, run })).toContain(
    'Workspaces:\n  source: /home/me/src\n  cache: emptyDir\n',
  );
});

test('an annotation that is damaged tells nothing', async () => {
  const run = {
    metadata: { annotations: { 'bootc-catalog/workspace-directories': '{' } },
    spec: { workspaces: [{ name: 'source', emptyDir: {} }] },
  };

  expect(await describeRun({ ...storedRun('/nowhere', small), run })).toContain('  source: emptyDir\n');
});
