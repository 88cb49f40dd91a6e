import { expect, test } from 'vitest';
import { parseInputs } from '#lib/step';
import { task } from '../task.ts';
import { stepArguments } from './step-arguments.ts';

const strange = [
  'it\'s "; $(id) `id` \\',
  'line\nline',
  '-n',
  '--',
  '--IMAGE=x',
  ' * ~ ',
  ']',
  'x'.repeat(100 * 1024),
];

test('the step on the host is given what the one in the pod was', () => {
  const given = [
    '--IMAGE=127.0.0.1:5000/a/b:1',
    '--PLATFORM=linux-root/arm64',
    '--PRIVILEGED_NESTED=true',
    `--CONTEXT=${strange.join('')}`,
    '--ADDITIONAL_BASE_IMAGES[',
    ...strange,
    ']',
    '--LABELS[',
    ...strange.map((text, index) => `n${index}=${text}`),
    ']',
    '--ANNOTATIONS[',
    ']',
  ];
  const { params } = parseInputs(task.steps.build, given);

  const { params: again } = parseInputs(task.steps.build, stepArguments(params));

  expect(again).toEqual(params);
  expect(again.ADDITIONAL_BASE_IMAGES).toEqual(strange);
});
