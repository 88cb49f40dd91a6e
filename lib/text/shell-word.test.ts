import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test.for(['', 'a', "it's", "''", '"a" $b `c` \\ ; &&', ' two\nlines ', '-n', '~ * ? [a]', '!x #y'])(
  '%j is one word of a shell',
  (text) => {
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);
