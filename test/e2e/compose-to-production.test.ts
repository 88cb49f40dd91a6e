import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFixture, serveCompose } from '#lib/compose-fixture';
import type { RunResult } from '#lib/local';
import { run } from '#lib/process';
import { plainSink, type RunEvent, type Sink } from '#lib/runs';
import { startRegistry } from '#test/registries/registry';
import { shareOf } from '#test/share';
import { withAfterInstall } from '../../scripts/demo/base-images.ts';
import { problems } from '../../scripts/demo/judge.ts';
import { cache, openPlace, type Place, root } from '../../scripts/demo/place.ts';
import { productionOf, runCompose, tagsOf } from '../../scripts/demo/run-compose.ts';
import { runScenario, scenarios } from '../../scripts/demo/scenario.ts';

const platforms = ['linux/amd64', 'linux/s390x'];
const never = new AbortController().signal;
let directory: string;
let place: Place;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'e2e-'));
  await run(process.execPath, [join(root, 'scripts/build-steps.ts')]);
  place = await openPlace(never, () => {}, join(directory, 'place'));
}, 600_000);
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

const [good = [], bad = []] = [true, false].map((isGood) =>
  scenarios
    .map((scenario, index) => ({ ...scenario, index }))
    .filter(({ expected }) => (expected.length === 0) === isGood),
);

test.for([...good, ...shareOf('what holds production back', bad, 1)])(
  '$name',
  { timeout: 300_000 },
  async ({ index, ...scenario }) => {
    const lines: string[] = [];
    const sink = plainSink((text) => void lines.push(text));

    const outcome = await runScenario(scenario, {
      place,
      index,
      platforms: scenario.expected.length === 0 ? platforms : ['linux/s390x'],
      sink,
      signal: never,
      gracefulSignal: never,
      progress: () => {},
    });

    expect(problems(outcome), lines.slice(-60).join('')).toEqual([]);
    const linted = outcome.result.taskRuns.filter(({ metadata }) =>
      /-bootc-lint-/.test(metadata?.name ?? ''),
    );
    if (scenario.expected.length > 0) {
      // There is no image for this machine, so that none is pulled.
      expect(linted).toEqual([]);
      expect(skippedOf(outcome.result)).toEqual(
        expect.arrayContaining(['bootc-lint-minimal', 'bootc-lint-standard']),
      );
      return;
    }
    expect(linted.map(({ status }) => status?.conditions?.[0]?.reason)).toEqual(['Succeeded', 'Succeeded']);
    expect([...outcome.after.keys()].sort()).toEqual([
      '43',
      '43-202611230000',
      '43-202611230000-minimal',
      '43-minimal',
    ]);
    expect(outcome.result.results.map(({ name }) => name)).toEqual(['minimal-image', 'standard-image']);
    const report = JSON.parse(
      readFileSync(join(place.directory, 'reports/sanity-check-43-202611230000.json'), 'utf8'),
    );
    expect(report).toMatchObject({ version: 1, compose: 'Fedora-43-20261123.n.0' });
  },
);

test("bootc's own lint alone holds production back", { timeout: 300_000 }, async () => {
  const lines: string[] = [];
  const outcome = await runScenario(
    {
      name: 'bootc of the image finds something',
      defects: [],
      makeSource: makeFailingLint,
      expected: ['bootc container lint: var-run'],
    },
    {
      place,
      index: scenarios.length,
      platforms: ['linux/amd64'],
      sink: plainSink((text) => void lines.push(text)),
      signal: never,
      gracefulSignal: never,
      progress: () => {},
    },
  );

  expect(problems(outcome), lines.slice(-60).join('')).toEqual([]);
  const ended = outcome.result.taskRuns.map(({ metadata, status }) => ({
    name: metadata?.name ?? '',
    reason: status?.conditions?.[0]?.reason,
  }));
  const failed = ended.filter(({ reason }) => reason !== 'Succeeded');
  // The first that fails keeps what has not begun from beginning.
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.filter(({ name }) => !name.includes('-bootc-lint-'))).toEqual([]);
  const sanity = failed.map(({ name }) => name.replace('-bootc-lint-', '-sanity-check-'));
  expect(ended).toEqual(expect.arrayContaining(sanity.map((name) => ({ name, reason: 'Succeeded' }))));
  expect(outcome.after).toEqual(outcome.before);
});

test('skopeo sees in production what was promoted', async () => {
  const target = (await tagsOf(productionOf(place))).get('43');
  const { stdout } = await execa('skopeo', [
    'inspect',
    '--tls-verify=false',
    '--format',
    '{{.Digest}}',
    `docker://${productionOf(place)}:43`,
  ]);

  expect(stdout).toBe(target);
});

test.for<[name: string, spoil: (compose: string) => void, message: string]>([
  ['has no STATUS', (compose) => rmSync(join(compose, 'STATUS')), 'has no STATUS'],
  ['is doomed', (compose) => writeFileSync(join(compose, 'STATUS'), 'DOOMED'), 'is DOOMED'],
  [
    'has a broken rpms.json',
    (compose) => writeFileSync(join(compose, 'compose/metadata/rpms.json'), '{"header"'),
    'rpms.json',
  ],
])(
  'a compose that %s is refused with one message, and no tag moves',
  { timeout: 60_000 },
  async ([name, spoil, message]) => {
    const fixture = await makeFixture({ directory: join(cache, 'demo/compose'), cache });
    const spoilt = join(directory, name.replaceAll(' ', '-'));
    cpSync(fixture.directory, spoilt, { recursive: true });
    spoil(spoilt);
    await using served = await serveCompose(spoilt);

    await expectRefused({ compose: served.url }, message);
  },
);

test('a compose that cannot be reached is refused with one message', { timeout: 120_000 }, async () => {
  await expectRefused({ compose: 'http://127.0.0.1:9/compose' }, 'cannot read http://127.0.0.1:9/compose/');
});

test('a platform that the compose has not is refused before anything is built', {
  timeout: 60_000,
}, async () => {
  await using served = await serveCompose(join(cache, 'demo/compose'));

  await expectRefused(
    { compose: served.url, platforms: ['linux/amd64', 'linux/riscv64'] },
    'no packages of Everything for riscv64',
  );
});

test('a registry that dies midway fails the run with its address, and no tag moves', {
  timeout: 300_000,
}, async () => {
  await using served = await serveCompose(join(cache, 'demo/compose'));
  const doomed = await startRegistry();
  const builder = place.builder;
  const lines: string[] = [];
  const plain = plainSink((text) => void lines.push(text));
  const sink: Sink = {
    event: (event: RunEvent) => {
      plain.event(event);
      if (event.type === 'task-end' && event.task === 'make-repos-image') void doomed.stop('SIGKILL');
    },
  };

  const result = await runCompose({
    place: { ...place, registry: doomed, builder },
    compose: served.url,
    platforms: ['linux/amd64'],
    timestamp: '1',
    sink,
  });

  expect(result.status).toBe('Failed');
  expect(lines.join('')).toContain(doomed.host);
});

test('a full disk of the registry fails the run, and no tag moves', { timeout: 300_000 }, async () => {
  await using served = await serveCompose(join(cache, 'demo/compose'));
  const storage = join(directory, 'full');
  await run('mkdir', ['-p', storage]);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', storage]);
  const full = await startRegistry({ storage });
  try {
    const lines: string[] = [];

    const result = await runCompose({
      place: { ...place, registry: full },
      compose: served.url,
      platforms: ['linux/amd64'],
      timestamp: '1',
      sink: plainSink((text) => void lines.push(text)),
    });

    expect(result.status).toBe('Failed');
    expect(lines.join('')).toContain(full.host);
    expect([...(await tagsOf(`${full.host}/production/fedora-bootc`)).keys()]).toEqual([]);
  } finally {
    await full.stop();
    await run('umount', [storage]);
  }
});

test.for<[name: string, flags: string[], code: number, message: string]>([
  ['an unknown param', ['-p', 'compos=x'], 4, 'there is no param'],
  ['a param that is missing', [], 4, 'compose'],
  ['an unknown pipeline', ['--pipeline', 'bootc-composé'], 4, 'there is no Pipeline'],
  ['a file that is not there', ['-f', '/nowhere.yaml'], 4, '/nowhere.yaml'],
  ['an unknown option', ['--imagemap', 'x'], 2, 'unknown option'],
])('%s ends the command before anything runs', async ([, flags, code, message]) => {
  const rendered = join(root, 'bundles/rendered');
  const base = ['run', '-f', join(rendered, 'tasks'), '-f', join(rendered, 'pipelines')];
  const pipeline = flags.includes('--pipeline') ? [] : ['--pipeline', 'bootc-compose'];

  const result = await execa(join(root, 'bin/bootc-catalog'), [...base, ...pipeline, ...flags], {
    reject: false,
  });

  expect(result.exitCode).toBe(code);
  expect(result.stderr).toContain(message);
  expect(result.stdout).toBe('');
});

/** The source of the demo's images, but that a program stands in for bootc that prints what bootc prints of a failed lint. */
async function makeFailingLint(source: string): Promise<string> {
  const bootc = [
    '#!/usr/bin/sh',
    "echo 'Failed lint: var-run: Not a symlink: var/run'",
    "echo 'Checks passed: 11'",
    "echo 'error: Linting: Checks failed: 1' >&2",
    'exit 1',
  ].join('\n');
  return withAfterInstall(source, `#!/bin/sh\ncat >"$1/usr/bin/bootc" <<'END'\n${bootc}\nEND\n`);
}

function skippedOf({ run: { status } }: RunResult): readonly (string | undefined)[] {
  return status && 'skippedTasks' in status ? (status.skippedTasks ?? []).map(({ name }) => name) : [];
}

async function expectRefused(
  change: { compose: string; platforms?: string[] },
  message: string,
): Promise<void> {
  const lines: string[] = [];
  const before = await tagsOf(productionOf(place));

  const result: RunResult = await runCompose({
    place,
    platforms,
    timestamp: '9',
    sink: plainSink((text) => void lines.push(text)),
    ...change,
  });

  expect(result.status).toBe('Failed');
  expect(lines.filter((line) => line.includes('error: '))).toHaveLength(1);
  expect(lines.join('')).toContain(message);
  expect(await tagsOf(productionOf(place))).toEqual(before);
  expect((await tagsOf(`${place.registry.host}/fedoraci/fedora-compose-base`)).has('43-9')).toBe(false);
}
