import { expect, test } from 'vitest';
import { parseContainerfile, planBuild } from '#lib/containerfile';
import { buildContexts } from './build-arguments.ts';

test.for<[from: string, names: readonly string[]]>([
  ['FROM q.io/a:1', []],
  ['FROM $A', ['$A']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Containerfile.
  ['FROM --platform=linux/s390x ${A:-x} as b', ['${A:-x}']],
  ['FROM  "q.io/a:1"\tAS b', ['"q.io/a:1"']],
  ['FROM \\\n  $A', ['$A']],
  [
    'FROM $A as one\nFROM q.io/$B as two\nFROM scratch\nCOPY --from=one / /\nCOPY --from=two / /',
    ['$A', 'q.io/$B'],
  ],
  // A stage that is not built asks for nothing.
  ['FROM $A as one\nFROM q.io/a:1', []],
])('%j is found as it is written', ([from, names]) => {
  const containerfile = parseContainerfile(`ARG A=q.io/a:1\nARG B=a:1\n${from}\n`);
  const platform = { os: 'linux', architecture: 's390x' };
  const plan = planBuild(containerfile, { platform, buildArgs: new Map() });

  expect(
    buildContexts({ containerfile, plan }, [{ reference: 'q.io/a:1', name: 'localhost/base-0' }]),
  ).toEqual(
    ['q.io/a:1', 'docker://q.io/a:1', ...names].map((name) => [name, 'container-image://localhost/base-0']),
  );
});
