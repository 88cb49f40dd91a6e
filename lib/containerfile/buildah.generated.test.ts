import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, formatPlatform, ownPlatform, packLayer, pushImage } from '#lib/oci';
import { run, ToolError } from '#lib/process';
import { missing } from '#test/build-pod';
import { generatedRuns, randomFrom } from '#test/generated';
import { type Registry, startRegistry } from '#test/registries/registry';
import { InvalidContainerfileError } from './errors.ts';
import { parseContainerfile } from './parse-containerfile.ts';
import { planBuild } from './plan-build.ts';

const REPOSITORIES = ['a', 'b', 'c'] as const;
const TAGS = ['1', '2'] as const;
const platform = ownPlatform();

let registry: Registry;
let directory: string;

beforeAll(async () => {
  if (missing.length > 0) return;
  registry = await startRegistry();
  directory = await mkdtemp(join(tmpdir(), 'containerfiles-'));
  await mkdir(join(directory, 'context'));
  await writeFile(join(directory, 'context/who'), 'the context\n');
  // A RUN has to end well, in images that have no libc.
  const source = join(directory, 'true.c');
  await writeFile(source, 'int main(void) { return 0; }\n');
  await run('gcc', ['-static', '-Os', '-s', '-o', join(directory, 'context/true'), source]);
  using client = createRegistryClient({ credentials: async () => undefined });
  for (const repository of REPOSITORIES) {
    const target = client.repository(`${registry.host}/${repository}`);
    for (const tag of TAGS) {
      const layer = await packLayer([{ path: 'who', content: `${repository}:${tag}` }]);
      // buildah 1.28 cannot commit on top of an image whose history lacks its layers.
      const config = { ...platform, history: [{ created_by: 'this test' }] };
      await pushImage(target, { config, layers: [layer], tags: [tag, 'latest'] });
    }
  }
}, 120_000);
afterAll(async () => {
  if (missing.length > 0) return;
  await registry.stop();
  await rm(directory, { recursive: true });
});

for (const { count, seed, isFixed, record } of generatedRuns('containerfiles', {
  soak: 300,
  ci: 40,
  test: 3,
})) {
  test.skipIf(missing.length > 0)(
    `generated Containerfiles have the stages and images that buildah takes, with the seed ${isFixed ? 'that stays' : seed}`,
    {
      timeout: 1_800_000,
    },
    async () => {
      const random = randomFrom(seed);
      const counts = { built: 0, refused: 0 };
      for (let at = 0; at < count; at += 1) {
        const made = makeCase(random, registry.host);
        const ours = planOf(made);
        const theirs = await builtBy(made, join(directory, `${seed}-${at}`));

        if ('isDifferent' in theirs) continue;
        expect({ made, ...ours }).toEqual({ made, ...theirs });
        counts['refused' in ours ? 'refused' : 'built'] += 1;
      }
      // Both have to occur, or else nothing was compared.
      if (count >= 40) expect(Math.min(counts.built, counts.refused)).toBeGreaterThan(0);
      const found = `${counts.built} built, ${counts.refused} refused by both`;
      console.log(`equal to buildah build: ${found}`);
      record({ cases: count, against: 'buildah build', found: `all equal (${found})` });
    },
  );
}

type Outcome =
  | { readonly stages: readonly number[]; readonly images: readonly string[] }
  | { readonly refused: true };

/**
 * buildah 1.28 does not count what a trigger of a stage copies from as used: it skips that stage, and then fails on the
 * COPY. We plan it, as newer ones do; where buildah is old, it is buildah's own error that ends the build.
 */
const leavesOutTriggers = /COPY --from=\S+: no stage or image found with that name/;

function planOf({ text, args, target, skipUnusedStages }: Case): Outcome {
  try {
    const buildArgs = new Map(Object.entries(args));
    const given = { buildArgs, platform, target, skipUnusedStages };
    const { stages, images } = planBuild(parseContainerfile(text), given);
    return {
      stages: stages.filter(({ isBuilt }) => isBuilt).map(({ index }) => index),
      images: [
        ...new Set(
          images.map(({ reference }) => (/:\d$/.test(reference) ? reference : `${reference}:latest`)),
        ),
      ].sort(),
    };
  } catch (error) {
    if (error instanceof InvalidContainerfileError) return { refused: true };
    throw error;
  }
}

/** What buildah builds in a storage of its own: the stages that it says steps of, and the images that it has pulled. */
async function builtBy(
  { text, args, target, skipUnusedStages }: Case,
  home: string,
): Promise<Outcome | { readonly isDifferent: true }> {
  await mkdir(home);
  const file = join(home, 'Containerfile');
  await writeFile(file, text);
  await writeFile(join(home, 'registries.conf'), 'unqualified-search-registries = []\n');
  const env = { CONTAINERS_REGISTRIES_CONF: join(home, 'registries.conf') };
  const storage = ['--root', join(home, 'root'), '--runroot', join(home, 'run'), '--storage-driver', 'vfs'];
  const buildah = (...options: readonly string[]) => run('buildah', [...storage, ...options], { env });
  try {
    const { stdout } = await buildah(
      'build',
      '--isolation',
      'chroot',
      '--layers=false',
      '--format',
      'docker',
      '--tls-verify=false',
      ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      ...(target === '' ? [] : ['--target', target]),
      ...(skipUnusedStages ? [] : ['--skip-unused-stages=false']),
      '--file',
      file,
      join(directory, 'context'),
    );
    const steps = [...stdout.matchAll(/^\[(?<stage>\d+)\/\d+\] STEP /gm)].map(
      ({ groups }) => Number(groups?.stage) - 1,
    );
    const isOneStage = /^STEP 1/m.test(stdout);
    const images = await buildah('images', '--format', '{{.Name}}:{{.Tag}}');
    const pulled = images.stdout.split('\n').filter((line) => line.startsWith(`${registry.host}/`));
    return { stages: isOneStage ? [0] : [...new Set(steps)].sort((a, b) => a - b), images: pulled.sort() };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return leavesOutTriggers.test(error.message) && /^\s*onbuild\b/im.test(text)
      ? { isDifferent: true }
      : { refused: true };
  } finally {
    await rm(home, { recursive: true });
  }
}

interface Case {
  readonly text: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target: string;
  readonly skipUnusedStages: boolean;
}

function makeCase(random: () => number, host: string): Case {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const chance = (of: number) => random() < of;
  const image = () => `${host}/${pick(REPOSITORIES)}:${pick(TAGS)}`;
  const keyword = (word: string) => (chance(0.2) ? word.toLowerCase() : word);
  const gap = () => (chance(0.15) ? pick([' \\\n  ', ' \\\n# a comment\n ', '\t', ' \\  \n\n ']) : ' ');
  const noise = () => (chance(0.2) ? pick(['# FROM x\n', '\n', '  # RUN \\\n', '#\n']) : '');
  const variable = (name: string, other: string) =>
    pick([`$${name}`, `\${${name}}`, `\${${name}:-${other}}`, `"$${name}"`]);

  const lines: string[] = [
    chance(0.2) ? pick(['# escape=\\\n', '# syntax=docker/dockerfile:1\n', '#\tescape = \\ \n']) : '',
  ];
  const say = (...words: readonly string[]) => lines.push(noise(), words.join(gap()), '\n');
  const values: Readonly<Record<string, () => string>> = {
    TAG: () => pick(TAGS),
    REPO: () => pick(REPOSITORIES),
    IMAGE: image,
    OTHER: () => pick([`\${IMAGE}`, `${host}/$REPO:$TAG`, `"${host}/\${REPO:-a}:\${TAG:-2}"`]),
  };
  for (const [name, value] of Object.entries(values)) {
    if (chance(0.7)) say(keyword('ARG'), chance(0.8) ? `${name}=${value()}` : name);
  }
  const given = Object.keys(values).filter((name) => name !== 'OTHER' && chance(0.3));
  const args = Object.fromEntries(given.map((name) => [name, values[name]?.() ?? '']));

  const fromImage = () =>
    pick([
      image(),
      `"${image()}"`,
      `docker://${image()}`,
      `${host}/a:${variable('TAG', '1')}`,
      `${host}/${variable('REPO', 'b')}:1`,
      variable('IMAGE', image()),
      variable('OTHER', image()),
      `${host}/c\${TAG:+:1}`,
    ]);
  const names: (string | undefined)[] = [];
  const earlier = () => {
    const index = Math.floor(random() * names.length);
    return names[index] ?? `${index}`;
  };
  const stages = 1 + Math.floor(random() * 4);
  for (let at = 0; at < stages; at += 1) {
    const base = pick(['scratch', fromImage(), fromImage(), names.length > 0 ? earlier() : 'scratch']);
    const name = chance(0.6) ? `s${pick(['-x', '.y', '_Z', ''])}${at}` : undefined;
    const flag = chance(0.15)
      ? [`--platform=${pick([formatPlatform(platform), '$TARGETPLATFORM', `\${BUILDPLATFORM}`])}`]
      : [];
    say(keyword('FROM'), ...flag, base, ...(name === undefined ? [] : [pick(['AS', 'as', 'As']), name]));
    say('COPY who true /');
    for (let more = Math.floor(random() * 4); more > 0; more -= 1) {
      const from = names.length > 0 && chance(0.7) ? earlier() : image();
      const [repo, tag] = [pick(REPOSITORIES), pick(TAGS)];
      pick([
        () => say('COPY', `--from=${from}`, '/who', '/copied'),
        () => say('COPY', `--from="${from}"`, '/who', '/copied'),
        () => say('RUN', `--mount=type=bind,from=${from},source=/,target=/mnt`, '["/true"]'),
        () => say('RUN', `--mount=type=bind,source=/,target=/m,from=${from}`, '["/true"]'),
        () => {
          say(`ARG LOCAL_TAG=${tag}`);
          say('COPY', `--from=${host}/${repo}:$LOCAL_TAG`, '/who', '/local');
        },
        () => {
          say('ARG IMAGE');
          if ('IMAGE' in args) say('COPY', `--from=\${IMAGE}`, '/who', '/of-arg');
        },
        () => say('LABEL', 'a="FROM x"', "b='COPY --from=y'"),
        () => say('ENV', 'FROM', image()),
        () => say('ONBUILD COPY', `--from=${from}`, '/who', '/onbuild'),
      ])();
    }
    names.push(name);
  }
  const target = chance(0.3) ? earlier() : '';
  return { text: lines.join(''), args, target, skipUnusedStages: chance(0.8) };
}
