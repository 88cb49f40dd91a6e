import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import {
  parseImageMapping,
  parseObjects,
  type RunOptions,
  type RunResult,
  runLocally,
  sortObjects,
} from '#lib/local';
import type { RunEvent } from '#lib/runs';

export interface YamlRun extends RunResult {
  /** What each step wrote, as `step: line`. */
  readonly lines: readonly string[];
  /** What the engine itself said. */
  readonly notes: readonly string[];
}

/** Runs YAML for real, with this machine's root in place of any image unless the options say otherwise. */
export async function runYaml(
  yaml: string,
  options: Partial<RunOptions> & Pick<RunOptions, 'runsDirectory'>,
): Promise<YamlRun> {
  const lines: string[] = [];
  const notes: string[] = [];
  const event = (one: RunEvent) => {
    if (one.type === 'step-log') lines.push(`${one.step}: ${one.text}`);
    if (one.type === 'note') notes.push(one.text);
  };
  const result = await runLocally({
    objects: sortObjects(parseObjects(yaml, 'test.yaml')),
    imageMap: [parseImageMapping('*=rootfs:/')],
    sinks: [{ event }],
    ...options,
  });
  return { ...result, lines, notes };
}

/** Runs YAML in a directory of this file's own, which goes when its tests have ended. */
export function yamlRunner(): (yaml: string, options?: Partial<RunOptions>) => Promise<YamlRun> {
  let runsDirectory = '';
  beforeAll(async () => {
    runsDirectory = await mkdtemp(join(tmpdir(), 'local-'));
  });
  afterAll(() => rm(runsDirectory, { recursive: true, force: true }));
  return (yaml, options = {}) => runYaml(yaml, { runsDirectory, ...options });
}

/** A TaskRun of a spec that is YAML itself. */
export function taskRun(spec: string): string {
  return `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {generateName: test-}
spec:
${spec.replace(/^/gm, '  ')}`;
}

export function pipelineRun(spec: string): string {
  return taskRun(spec).replace('TaskRun', 'PipelineRun');
}

/** The ServiceAccount `robot` with credentials for git, before other documents. */
export const gitAccount = `apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
secrets: [{name: login}]
---
apiVersion: v1
kind: Secret
metadata: {name: login, annotations: {tekton.dev/git-0: "https://example.com"}}
type: kubernetes.io/basic-auth
stringData: {username: user, password: word}
---
`;
