import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '#lib/process';
import { toYaml } from '#lib/tekton';
import { findInvocation } from '../../lib/local/podman/find-invocation.ts';
import { type Command, peakMemory } from './measure.ts';
import { rowsOf } from './rows.ts';
import { table } from './table.ts';

const root = join(import.meta.dirname, '../..');
const step = { name: 'step', image: 'any', script: 'true' };

/**
 * What the engine adds to its containers, against podman that runs as many of the same with nothing around them; both
 * as whole processes. A peer that runs Tekton is not among them: none runs here.
 */
export async function benchEngine(runs: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-engine-'));
  try {
    await run(process.execPath, [join(root, 'scripts/build-cli.ts')]);
    const podman = await podmanOptions();
    const parallel = availableParallelism();
    const file = async (name: string, object: object) => {
      await writeFile(join(directory, name), toYaml(object));
      return join(directory, name);
    };
    const engine = (path: string): Command => ({
      program: join(root, 'bin/bootc-catalog'),
      args: ['run', '-f', path, '--image-map', '*=rootfs:/', '--runs-directory', join(directory, 'runs')],
    });
    const bare = (count: number, atATime: number): Command => ({
      program: join(root, 'test/bench/podman-loop.sh'),
      args: [`${count}`, `${atATime}`, ...podman],
    });
    const rounds = { runs, warmUps: 1, memoryRuns: 1 };
    const one = engine(await file('one.yaml', taskRun()));
    const five = engine(await file('five.yaml', pipelineRun(chain(5))));
    const fifty = engine(await file('fifty.yaml', pipelineRun(fan(50))));
    const rows = [
      ...rowsOf('a TaskRun with one trivial step', one, { 'podman run': bare(1, 1) }, rounds),
      ...rowsOf('five of them in a row', five, { 'podman run in a loop': bare(5, 1) }, rounds),
      ...rowsOf(
        `50 at once, ${parallel} at a time`,
        fifty,
        { 'podman run by xargs': bare(50, parallel) },
        { ...rounds, runs: Math.ceil(runs / 3) },
      ),
    ];
    const many = engine(await file('many.yaml', pipelineRun(fan(200))));
    const memory = peakMemory(many, 1)?.toFixed(0) ?? '?';
    return `${table(rows)}\n\nthe largest process of a run of 200 tasks: ${memory} MB`;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** With what the engine found that podman needs on this machine. */
async function podmanOptions(): Promise<readonly string[]> {
  const { global, hasInit, hasSmallLimits, podNetwork } = await findInvocation();
  return [
    ...global,
    'run',
    '--rm',
    `--network=${podNetwork}`,
    '--log-driver=none',
    ...(hasInit ? ['--init'] : []),
    ...(hasSmallLimits ? ['--ulimit=nofile=4096:20000', '--ulimit=nproc=4096:4096'] : []),
    '--rootfs',
    '/:O',
    'sh',
    '-c',
    'true',
  ];
}

function taskRun(): object {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { generateName: 'one-' },
    spec: { taskSpec: { steps: [step] } },
  };
}

function pipelineRun(tasks: readonly object[]): object {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { generateName: 'many-' },
    spec: { pipelineSpec: { tasks } },
  };
}

function fan(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `task-${index}`,
    taskSpec: { steps: [step] },
  }));
}

function chain(count: number): readonly object[] {
  return fan(count).map((task, index) => (index === 0 ? task : { ...task, runAfter: [`task-${index - 1}`] }));
}
