import { expect, test } from 'vitest';
import { canDerive, deriveContainerfile, parseContainerfile, planBuild } from './index.ts';

const inputs = { buildArgs: new Map<string, string>(), platform: { os: 'linux', architecture: 'amd64' } };

function derive(text: string, given: Partial<Parameters<typeof deriveContainerfile>[3]> = {}): string {
  const containerfile = parseContainerfile(text);
  return deriveContainerfile(text, containerfile, planBuild(containerfile, inputs), {
    buildArgs: [],
    hereDocuments: true,
    cacheMounts: true,
    shellOf: () => undefined,
    ...given,
  });
}

test('what needs no change stays byte for byte', () => {
  const text = '\ufeff# a\r\nFROM scratch\r\nRUN a \\\n  # b\n  && c\n\nRUN --mount=type=cache,target=/c x\n';

  expect(derive(text)).toBe(text);
});

test.for<[what: string, from: string, to: string]>([
  ['alone', 'RUN <<E\nset -e\n\techo "a"\nE\n', 'RUN ["/bin/sh","-c","set -e\\n\\techo \\"a\\"\\n"]\n\n\n\n'],
  ['with quotes', "RUN <<'E'\n$a\nE\n", 'RUN ["/bin/sh","-c","$a\\n"]\n\n\n'],
  ['without tabs', 'RUN <<-E\n\ta\n\tE\n', 'RUN ["/bin/sh","-c","a\\n"]\n\n\n'],
  [
    'in a command',
    'RUN cat <<A - <<B >/x\n1\nA\n2\nB\n',
    'RUN ["/bin/sh","-c","cat <<A - <<B >/x\\n1\\nA\\n2\\nB\\n"]\n\n\n\n\n',
  ],
  [
    'behind options, as the base images of Fedora have it',
    'RUN --mount=type=cache,rw,id=a,target=/c --mount=type=bind,rw,from=one,src=/,dst=/r <<E\nx\nE\n',
    'RUN --mount=type=cache,id=a,target=/c --mount=type=bind,rw,from=one,src=/,dst=/r ["/bin/sh","-c","x\\n"]\n\n\n',
  ],
])('a here-document %s is the call of a shell, and no line moves', ([, from, to]) => {
  expect(derive(`FROM scratch AS one\nFROM scratch\n${from}RUN b\n`)).toBe(
    `FROM scratch AS one\nFROM scratch\n${to}RUN b\n`,
  );
});

test('the shell is that of the stage, of the stage below, or of the base image', () => {
  const text = [
    'FROM scratch AS one',
    'SHELL ["/bin/bash", "-xc"]',
    'FROM one AS two',
    'RUN <<E\na\nE',
    'FROM q.io/a/b:1',
    'RUN <<E\na\nE',
    '',
  ].join('\n');
  const shellOf = (reference: string) => (reference === 'q.io/a/b:1' ? ['/zsh'] : undefined);

  expect(derive(text, { shellOf }).match(/^RUN .*$/gm)).toEqual([
    'RUN ["/bin/bash","-xc","a\\n"]',
    'RUN ["/zsh","a\\n"]',
  ]);
});

test('where buildah knows here-documents, they stay, and rw of a cache mount goes', () => {
  const text = 'FROM scratch\nRUN --mount=type=cache,rw,target=/c <<E\na\nE\nRUN b\n';

  expect(derive(text, { hereDocuments: false })).toBe(
    text.replace(',rw', '').replace('E\nRUN', 'E\n\n\nRUN'),
  );
});

test('build arguments are there in each stage', () => {
  const text = 'ARG X=1\nFROM scratch \\\n  AS one\nRUN a\nFROM one\n# b\nRUN c';

  expect(derive(text, { buildArgs: ['A', 'B'] })).toBe(
    'ARG X=1\nFROM scratch \\\n  AS one\nARG A\nARG B\nRUN a\nFROM one\nARG A\nARG B\n# b\nRUN c',
  );
});

test.for([
  ['RUN <<E\n#!/usr/bin/python3\nE', false],
  ['RUN --mount="type=cache,rw,target=/a b" x', false],
  ['COPY <<E /a\nE', false],
  ['ONBUILD RUN <<E\nE', false],
  ['RUN <<E\na\nE', true],
] as const)('%j can be said in another way: %s', ([text, expected]) => {
  const [stage] = parseContainerfile(`FROM scratch\n${text}\n`).stages;

  expect(stage?.slice(1).map(canDerive)).toEqual([expected]);
});
