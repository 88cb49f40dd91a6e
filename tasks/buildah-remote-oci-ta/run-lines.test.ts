import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readImage } from '#lib/oci';
import { missing } from '#test/build-pod';
import { compileLook } from '#test/look';
import { openRemoteBuilds, type RemoteBuilds } from '#test/remote-build';

let builds: RemoteBuilds;
let look: Uint8Array;
const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;

describe.skipIf(missing.length > 0)(`RUN lines of real builds${skipped}`, () => {
  beforeAll(async () => {
    look = await compileLook();
    builds = await openRemoteBuilds();
  }, 120_000);
  afterAll(() => builds[Symbol.asyncDispose]());

  const linesOf = (...commands: readonly (readonly string[])[]) =>
    `FROM scratch\nCOPY look /\n${commands.map((one) => `RUN ${JSON.stringify(['/look', ...one])}\n`).join('')}`;

  test.for([
    ['false', 'Succeeded', 'connect: there is a server'],
    ['true', 'Failed', 'connect: Connection refused'],
  ] as const)(
    'with HERMETIC=%s a RUN line that asks a server of the pod has %s',
    { timeout: 180_000 },
    async ([HERMETIC, expected, told]) => {
      const port = builds.registry.host.replace(/^.*:/, '');

      const { status, lines } = await builds.build({
        files: { Containerfile: linesOf(['connect', port]), look },
        params: { DOCKERFILE: 'Containerfile', HERMETIC },
      });

      expect(status, lines.join('\n')).toBe(expected);
      expect(lines).toContain(`build: [buildah] ${told}`);
    },
  );

  test('the context, what was prefetched, and definitions of repositories are where the params say', {
    timeout: 180_000,
  }, async () => {
    const paths = ['/run/src/own', '/cachi2/output/file', '/cachi2/cachi2.env'];
    const repositories = ['/etc/yum.repos.d/own.repo', '/etc/yum.repos.d/hermeto.repo'];

    const { status, lines } = await builds.build({
      files: {
        Containerfile: linesOf(...[...paths, ...repositories].map((path) => ['cat', path])),
        look,
        own: 'of the source',
        'repos.d/own.repo': '[own]',
      },
      prefetched: {
        'output/file': 'prefetched',
        'cachi2.env': 'A=1',
        'output/deps/rpm/x86_64/repos.d/hermeto.repo': '[hermeto]',
        'output/deps/rpm/s390x/repos.d/hermeto.repo': '[other]',
      },
      params: { DOCKERFILE: 'Containerfile', HERMETIC: 'true', WORKINGDIR_MOUNT: '/run/src' },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    const texts = ['of the source', 'prefetched', 'A=1', '[own]', '[hermeto]'];
    for (const [index, path] of [...paths, ...repositories].entries()) {
      expect(lines).toContain(`build: [buildah] ${path}: ${texts[index]}`);
    }
  });

  test('what was prefetched says by variables where it is, in every form of RUN, and the image keeps none of them', {
    timeout: 180_000,
  }, async () => {
    const variables = [
      { name: 'GOPROXY', value: 'file:///cachi2/output/deps/gomod' },
      { name: 'WORDS', value: `a "b" 'c'; $(d) \\e` },
      { name: 'SET', value: 'by the prefetch' },
    ];

    const { status, lines, values } = await builds.build({
      files: {
        Containerfile: [
          'FROM scratch AS one',
          'COPY look /look',
          'RUN ["/look", "env", "GOPROXY"]',
          'FROM one',
          'USER 1234',
          'ENV SET="by the image"',
          ...['GOPROXY', 'WORDS', 'SET', 'PATH'].map((name) => `RUN ["/look", "env", "${name}"]`),
          'RUN ["/look", "cat", "/cachi2/cachi2.env"]',
        ].join('\n'),
        look,
      },
      prefetched: {
        'output/file': 'prefetched',
        'prefetch.env': 'export GOPROXY=file:///cachi2/output/deps/gomod',
        'prefetch-env.json': JSON.stringify(variables),
      },
      params: { DOCKERFILE: 'Containerfile', HERMETIC: 'true', SKIP_SBOM_GENERATION: 'true' },
    });

    expect(status, lines.join('\n')).toBe('Succeeded');
    const said = lines.filter((line) => line.startsWith('build: [buildah] ')).map((line) => line.slice(17));
    expect(said.filter((line) => line === 'GOPROXY: file:///cachi2/output/deps/gomod')).toHaveLength(2);
    expect(said).toContain(`WORDS: a "b" 'c'; $(d) \\e`);
    expect(said).toContain('SET: by the image');
    expect(said.find((line) => line.startsWith('PATH: '))).toContain('/usr/bin');
    expect(said).toContain('/cachi2/cachi2.env: export GOPROXY=file:///cachi2/output/deps/gomod');
    const { config } = await readImage(builds.repository('test/image'), values.IMAGE_DIGEST ?? '');
    expect(config.config?.Env?.map((one) => one.replace(/=.*/, ''))).toEqual(['PATH', 'SET']);
  });

  test('here-documents and rw of a cache mount work with a buildah that knows neither', {
    timeout: 180_000,
  }, async () => {
    const { status, lines } = await builds.build({
      files: {
        'Containerfile.dockerignore': 'secret\n',
        secret: 'x',
        Containerfile: [
          'FROM scratch AS one',
          'COPY . /',
          // It says what it gets, in the place of a shell.
          'SHELL ["/look", "env"]',
          'FROM one',
          'RUN --mount=type=cache,rw,target=/c <<EORUN',
          'set -x',
          '  "two" $(x) \\\\',
          'EORUN',
          "RUN cat <<'A' >/x",
          'text',
          'A',
          'RUN ["/look", "cat", "/secret"]',
        ].join('\n'),
        look,
      },
      params: { DOCKERFILE: 'Containerfile', SKIP_SBOM_GENERATION: 'true', SKIP_INJECTIONS: 'true' },
    });

    // What is left out of the context is told by a file beside the Containerfile.
    expect(status, lines.join('\n')).toBe('Failed');
    const said = lines.map((line) => line.replace('build: [buildah] ', '')).join('\n');
    expect(said).toContain('set -x\n  "two" $(x) \\\\\n: not there');
    expect(said).toContain("cat <<'A' >/x\ntext\nA\n: not there");
    expect(said).toMatch(/\/secret: No such file/);
  });
});
