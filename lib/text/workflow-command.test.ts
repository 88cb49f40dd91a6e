import { expect, test } from 'vitest';
import { workflowCommand } from './workflow-command.ts';

test('what is told cannot end a command, or begin another one', () => {
  expect(
    workflowCommand('error', { file: 'a:b,c.yaml', line: 3, col: undefined }, '100 %\r\n::set-env::'),
  ).toBe('::error file=a%3Ab%2Cc.yaml,line=3::100 %25%0D%0A::set-env::');
  expect(workflowCommand('endgroup', {}, '')).toBe('::endgroup::');
});
