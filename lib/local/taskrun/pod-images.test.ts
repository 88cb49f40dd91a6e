import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseImageMapping } from '#lib/local';
import { runYaml } from '#test/run-yaml';

const runsDirectory = mkdtempSync(join(tmpdir(), 'pod-images-'));
afterAll(() => rmSync(runsDirectory, { recursive: true }));

// Nobody listens at port 1 of this machine.
const FAR = '127.0.0.1:1/far/away:1';
const runWith = (when: string) =>
  runYaml(
    `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: { name: may-need }
spec:
  taskSpec:
    steps:
      - { name: asks, image: here, results: [{ name: needed }], script: "printf no > $(step.results.needed.path)" }
      - { name: far, image: "${FAR}", command: [/bin/true]${when} }
      - { name: last, image: here, script: "echo all done" }`,
    { runsDirectory, imageMap: [parseImageMapping('here=rootfs:/')] },
  );
const whenIs = (value: string) =>
  `, when: [{ input: $(steps.asks.results.needed), operator: in, values: ["${value}"] }]`;

test('the image of a step that is skipped need not be had', async () => {
  const { status, lines, taskRuns } = await runWith(whenIs('yes'));

  expect({ status, lines }).toEqual({
    status: 'Succeeded',
    lines: ['far: Step was skipped due to when expressions were evaluated to false.', 'last: all done'],
  });
  expect(taskRuns[0]?.status?.steps?.map((step) => [step.name, step.terminationReason])).toEqual([
    ['asks', 'Completed'],
    ['far', 'Skipped'],
    ['last', 'Completed'],
  ]);
});

test.for([
  ['without when before any step runs', ''],
  ['that is not skipped when it is its turn', whenIs('no')],
] as const)('the image of a step %s has to be had', async ([, when]) => {
  const { status, lines, taskRuns } = await runWith(when);

  expect({ status, lines }).toEqual({ status: 'Failed', lines: [] });
  expect(taskRuns[0]?.status?.conditions?.[0]).toMatchObject({
    reason: 'TaskRunImagePullFailed',
    message: expect.stringContaining(`cannot pull the image ${FAR}`),
  });
});
