import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Captured, captured } from './captured.ts';

type Argument = string | { readonly onOutput: (text: string) => void };

export interface RunCommand {
  /** A path in the directory of these tests. */
  readonly file: (name: string) => string;
  /** The command on `ci.yaml`, a run of two tasks whose second ends with exit code 3. */
  readonly cli: (runs: string, ...given: readonly Argument[]) => Promise<Captured>;
  readonly cliOf: (yaml: string, runs: string, ...given: readonly Argument[]) => Promise<Captured>;
}

/** `bootc-catalog run` in this process, for the tests of a file, on the root of this machine. */
export function runCommand(main: (argv: readonly string[]) => Promise<void>): RunCommand {
  let folder: string;
  const file = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cli-run-'));
    await writeFile(
      file('ci.yaml'),
      `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {generateName: ci-}
spec:
  params: [{name: code, value: "3"}]
  pipelineSpec:
    params: [{name: code}]
    tasks:
    - {name: make, taskSpec: {results: [{name: word}], steps: [{name: s, image: any, script: "printf made > $(results.word.path)"}]}}
    - {name: use, taskSpec: {steps: [{name: s, image: any, script: "echo got $(tasks.make.results.word); exit $(params.code)"}]}}`,
    );
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });
  const cliOf: RunCommand['cliOf'] = async (yaml, runs, ...given) => {
    const args = given.filter((one) => typeof one === 'string');
    const hooks = given.filter((one) => typeof one !== 'string');
    const image = ['--image-map', '*=rootfs:/'];
    return captured(
      () => main(['run', '-f', file(yaml), ...image, '--runs-directory', file(runs), ...args]),
      (text) => {
        for (const { onOutput } of hooks) onOutput(text);
      },
    );
  };
  return { file, cliOf, cli: (runs, ...given) => cliOf('ci.yaml', runs, ...given) };
}
