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
import { productionOf, productionTags, tagsOf } from '../../scripts/demo/production.ts';
import { runCompose } from '../../scripts/demo/run-compose.ts';
import { runScenario } from '../../scripts/demo/scenario.ts';
import { type Scenario, scenarios } from '../../scripts/demo/scenarios.ts';

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

/** The scenarios of the demo, with fewer images and platforms where that shows the same. */
const chosen = scenarios.map((scenario, index) => {
  if (index > 0) return { ...scenario, index };
  const images = ['minimal', 'standard'];
  return { ...scenario, index, images, platforms, expected: { promoted: images } };
});
const isAlone = ({ failable }: Scenario) => failable === undefined;
const good = chosen.filter((one) => isAlone(one) && one.expected.promoted.length > 0);
const bad = chosen.filter((one) => isAlone(one) && one.expected.promoted.length === 0);

test.for([...good, ...shareOf('what holds production back', bad, 1)])(
  '$name',
  { timeout: 300_000 },
  async ({ index, ...scenario }) => {
    const { outcome, lines } = await play(scenario, index);

    expect(problems(outcome), lines.slice(-60).join('')).toEqual([]);
    const linted = outcome.result.taskRuns.filter(({ metadata }) =>
      /-bootc-lint-/.test(metadata?.name ?? ''),
    );
    const isHere = (scenario.platforms ?? platforms).includes('linux/amd64');
    // Where there is no image for this machine, none is pulled.
    expect(linted.map(({ status }) => status?.conditions?.[0]?.reason)).toEqual(
      isHere ? (scenario.images ?? []).map(() => 'Succeeded') : [],
    );
    if (!isHere) expect(skippedOf(outcome.result)).toEqual(expect.arrayContaining(['bootc-lint-standard']));
    if (index > 0) return;
    expect([...outcome.after.keys()].sort()).toEqual([
      'minimal:rawhide',
      'minimal:rawhide-202611230000',
      'standard:rawhide',
      'standard:rawhide-202611230000',
    ]);
    expect(outcome.result.results.map(({ name }) => name)).toEqual([
      'minimal-image',
      'standard-image',
      'promoted',
      'incomplete',
    ]);
    const report = JSON.parse(
      readFileSync(join(place.directory, 'reports/sanity-check-rawhide-202611230000.json'), 'utf8'),
    );
    expect(report).toMatchObject({ version: 1, compose: 'Fedora-Rawhide-20261123.n.0' });
  },
);

test('a platform that may fail holds its image back alone, until it may be dropped', {
  timeout: 300_000,
}, async () => {
  const [held, dropped] = scenarios.filter(({ failable }) => failable !== undefined);
  if (held === undefined || dropped === undefined) throw new Error('the demo shows nothing that may fail');

  const first = await play({ ...held, platforms }, 7);
  const second = await play({ ...dropped, platforms }, 8);

  expect(problems(first.outcome), first.lines.slice(-60).join('')).toEqual([]);
  expect(problems(second.outcome), second.lines.slice(-60).join('')).toEqual([]);
});

test("bootc's own lint alone holds production back", { timeout: 300_000 }, async () => {
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error('there is no demo');
  const { outcome } = await play(
    {
      ...scenario,
      name: 'bootc of the image finds something',
      images: ['minimal', 'standard'],
      platforms: ['linux/amd64'],
      makeSource: makeFailingLint,
      expected: { promoted: [] },
    },
    9,
  );

  expect(outcome.result.status).toBe('Failed');
  const ended = outcome.result.taskRuns.map(({ metadata, status }) => ({
    name: metadata?.name ?? '',
    reason: status?.conditions?.[0]?.reason,
    verdict: status?.results?.find(({ name }) => name === 'TEST_OUTPUT')?.value,
  }));
  const failed = ended.filter(({ reason }) => reason !== 'Succeeded');
  // The first that fails keeps what has not begun from beginning.
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.filter(({ name }) => !name.includes('-bootc-lint-'))).toEqual([]);
  expect(failed[0]?.verdict).toContain('bootc container lint: var-run');
  expect(outcome.after).toEqual(outcome.before);
});

test('skopeo sees in production what was promoted', async () => {
  const production = productionOf(place, 'minimal');
  const target = (await tagsOf(production)).get('rawhide');
  const { stdout } = await execa('skopeo', [
    'inspect',
    '--tls-verify=false',
    '--format',
    '{{.Digest}}',
    `docker://${production}:rawhide`,
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
    const fixture = await makeFixture({ directory: join(cache, 'demo/plain'), cache });
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
  await using served = await serveCompose(join(cache, 'demo/plain'));

  await expectRefused(
    { compose: served.url, platforms: ['linux/amd64', 'linux/riscv64'] },
    'no packages of Everything for riscv64',
  );
});

test('a registry that dies midway fails the run with its address, and no tag moves', {
  timeout: 300_000,
}, async () => {
  await using served = await serveCompose(join(cache, 'demo/plain'));
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
    branch: '43',
    platforms: ['linux/amd64'],
    timestamp: '1',
    sink,
  });

  expect(result.status).toBe('Failed');
  expect(lines.join('')).toContain(doomed.host);
});

test('a full disk of the registry fails the run, and no tag moves', { timeout: 300_000 }, async () => {
  await using served = await serveCompose(join(cache, 'demo/plain'));
  const storage = join(directory, 'full');
  await run('mkdir', ['-p', storage]);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', storage]);
  const full = await startRegistry({ storage });
  try {
    const lines: string[] = [];

    const result = await runCompose({
      place: { ...place, registry: full },
      compose: served.url,
      branch: '43',
      platforms: ['linux/amd64'],
      timestamp: '1',
      sink: plainSink((text) => void lines.push(text)),
    });

    expect(result.status).toBe('Failed');
    expect(lines.join('')).toContain(full.host);
    expect([...(await productionTags({ registry: full })).keys()]).toEqual([]);
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

async function play(scenario: Scenario, index: number) {
  const lines: string[] = [];
  const outcome = await runScenario(scenario, {
    place,
    index,
    sink: plainSink((text) => void lines.push(text)),
    signal: never,
    gracefulSignal: never,
    progress: () => {},
  });
  return { outcome, lines };
}

function skippedOf({ run: { status } }: RunResult): readonly (string | undefined)[] {
  return status && 'skippedTasks' in status ? (status.skippedTasks ?? []).map(({ name }) => name) : [];
}

async function expectRefused(
  change: { compose: string; platforms?: string[] },
  message: string,
): Promise<void> {
  const lines: string[] = [];
  const before = await productionTags(place);

  const result: RunResult = await runCompose({
    place,
    branch: '43',
    platforms,
    timestamp: '9',
    sink: plainSink((text) => void lines.push(text)),
    ...change,
  });

  expect(result.status).toBe('Failed');
  const said = lines.filter((line) => /^\[[^\]]*\] error: /.test(line));
  expect(said).toEqual([expect.stringContaining(message)]);
  expect(lines.join('')).toContain(message);
  expect(await productionTags(place)).toEqual(before);
  expect((await tagsOf(`${place.registry.host}/fedoraci/fedora-compose-base`)).has('43-9')).toBe(false);
}
