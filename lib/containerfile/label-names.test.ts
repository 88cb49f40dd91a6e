import { expect, test } from 'vitest';
import { labelNames, parseContainerfile, planBuild } from './index.ts';

const inputs = { buildArgs: new Map<string, string>(), platform: { os: 'linux', architecture: 'amd64' } };

function namesIn(text: string): readonly string[] {
  const containerfile = parseContainerfile(text);
  return [...labelNames(containerfile, planBuild(containerfile, inputs).target)];
}

test.for([
  ['no label', 'FROM scratch\nENV a=b\n', []],
  ['several in a line', 'FROM scratch\nLABEL a=1 "b c"=2 \\\n  d.e="x y=z"\n', ['a', 'b c', 'd.e']],
  ['the older form', 'FROM scratch\nLABEL a b=c d\n', ['a']],
  ['a value with a variable', 'FROM scratch\nARG X\nLABEL a=$X\n', ['a']],
  ['labels of the last stage alone', 'FROM scratch AS one\nLABEL a=1\nFROM one\nLABEL b=2\n', ['b']],
  ['those of ONBUILD', 'FROM scratch AS one\nONBUILD LABEL c=3\nFROM one\nLABEL b=2\n', ['c', 'b']],
  ['an ONBUILD of its own, which is for others', 'FROM scratch\nONBUILD LABEL c=3\n', []],
] as const)('%s', ([, text, names]) => {
  expect(namesIn(text)).toEqual(names);
});

test.for([['LABEL $X=1'], ['LABEL a-$X=1']])('%s is refused with its line', ([label]) => {
  expect(() => namesIn(`FROM scratch\nARG X=y\n${label}\n`)).toThrow(
    /^Containerfile:3: the name of the label/,
  );
});
