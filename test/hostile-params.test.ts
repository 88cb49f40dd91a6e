import { createHash } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Task } from '#lib/tekton';
import { isShare, shareOf } from '#test/share';
import { bundledSteps, ownSteps, renderedTask, runTask } from '#test/step-image';
import { tasks } from '../bundles/catalog.ts';

/**
 * What a shell, YAML, a parser of options or Tekton itself could take for something else. Without `$(params.x)` of no
 * param: a cluster refuses the TaskRun (test/conformance, params-of-tasks).
 */
const HOSTILE = `-x --y=z "a" 'b' \`c\` \\ ; false #\n\t: - {d} %s $e \${f} $(nothing) $(params) é\u2028 `;
/** Linux takes no more than 128 KiB in one argument. */
const LONG = HOSTILE + 'x'.repeat(100 * 1024 - Buffer.byteLength(HOSTILE));
/** All arguments together may have some 2 MiB. */
const LONG_ONES = 12;

/** In place of each step: tells the digest of each argument, on a line of its own. */
const TELLER = `#!/usr/libexec/bootc-catalog/node
const { createHash } = require('node:crypto');
for (const one of process.argv.slice(2)) console.log(createHash('sha256').update(one).digest('hex'));
`;

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'hostile-'));
  for (const name of ownSteps) {
    const file = join(scratch, 'steps', name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, TELLER);
    chmodSync(file, 0o755);
  }
  linkSync(process.execPath, join(scratch, 'steps/node'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

const names = tasks
  .map(({ name }) => name)
  .filter((name) => ownSteps.some((one) => one.startsWith(`${name}/`)));

test.for(names)('each param reaches the steps of %s as it is', { timeout: 60_000 }, async (name) => {
  const task = onlyArguments(name);

  expect(
    await told(
      task,
      paramsOf(task, () => HOSTILE),
    ),
  ).toEqual(expected(task, () => HOSTILE));
});

// `make test` takes twelve params of a task.
test.for(shareOf('tasks with long params', names, 4))(
  '100 KiB in each param reach the steps of %s',
  { timeout: 120_000 },
  async (name) => {
    const task = onlyArguments(name);
    const all = (task.spec?.params ?? []).map((param) => param.name);
    const start = isShare ? Math.floor(Math.random() * all.length) : 0;
    for (let first = start; first < (isShare ? start + 1 : all.length); first += LONG_ONES) {
      const long = all.slice(first, first + LONG_ONES);
      const textOf = (param: string) => (long.includes(param) ? LONG : 'x');

      expect(await told(task, paramsOf(task, textOf)), long.join(' ')).toEqual(expected(task, textOf));
    }
  },
);

test('a variable of the container, and two dollars, arrive as the kubelet leaves them', async () => {
  const task = onlyArguments('apply-tags');

  const given = await told(
    task,
    paramsOf(task, () => '$(HOME) $$(HOME) $$ $'),
  );

  expect(given).toEqual(expected(task, () => '/home/step $(HOME) $ $'));
});

/** The task as it is rendered, with no part of its own steps but what brings params into their arguments. */
function onlyArguments(name: string): Task {
  const { spec, ...rest } = renderedTask(name);
  const { params = [], steps = [] } = spec ?? {};
  const own = steps
    .filter((step) => ownSteps.includes(`${name}/${step.name}`))
    .map(({ name: step, image, command, args = [], env = [] }) => ({
      name: step,
      image,
      command,
      args: args.filter((one) => !one.startsWith('--workspace.') && !/\$\((?:workspaces|steps?)\./.test(one)),
      env,
    }));
  return { ...rest, spec: { params: params.map(({ default: _, ...param }) => param), steps: own } } as Task;
}

type TextOf = (param: string) => string;

function paramsOf({ spec }: Task, textOf: TextOf): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    (spec?.params ?? []).map(({ name, type }) => [
      name,
      type === 'array' ? [textOf(name), 'last'] : textOf(name),
    ]),
  );
}

/** Digests of the arguments that each step must have, by the form in which the definition has them. */
function expected({ spec }: Task, textOf: TextOf): readonly string[] {
  return (spec?.steps ?? []).flatMap(({ name: step, args = [] }) =>
    args
      .flatMap((one) => {
        const { list, param } = /\$\(params\.(?<param>[\w-]+)(?<list>\[\*\])?\)$/.exec(one)?.groups ?? {};
        if (param === undefined) return [one];
        return list === undefined
          ? [one.slice(0, -`$(params.${param})`.length) + textOf(param)]
          : [textOf(param), 'last'];
      })
      .map((one) => `${step}: ${createHash('sha256').update(one).digest('hex')}`),
  );
}

async function told(task: Task, params: ReturnType<typeof paramsOf>): Promise<readonly string[]> {
  const { message, lines } = await runTask({
    task,
    params,
    mapping: bundledSteps(join(scratch, 'steps')),
    runsDirectory: scratch,
  });
  expect(message, lines.join('\n')).toBe('All Steps have completed executing');
  return lines.filter((line) => /: [0-9a-f]{64}$/.test(line));
}
