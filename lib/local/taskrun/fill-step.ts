import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Variable } from '../pod/environment.ts';
import { type Container, internal, type Pod } from '../pod/pod.ts';
import type { Directory } from '../pod/volumes.ts';
import { substituteStepArtifacts } from './artifacts.ts';
import { stepArtifactsReader, stepResultReader } from './read-results.ts';
import { substituteStepResult, substituteStepResults } from './step-results.ts';

export interface FilledStep {
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[];
  readonly environment: readonly Variable[];
}

/**
 * A step with the results and artifacts of earlier ones put in, just before it starts: into its command, its
 * arguments and its environment; of a script, only artifacts (pkg/entrypoint/entrypointer.go).
 */
export async function fillStep(
  container: Container,
  index: number,
  pod: Pod,
  directories: ReadonlyMap<string, Directory>,
): Promise<FilledStep> {
  const readResult = stepResultReader(pod, directories);
  const readArtifacts = stepArtifactsReader(pod, directories);
  const fillList = async (list: readonly string[]) =>
    Promise.all(
      (await substituteStepResults(list, readResult)).map((text) =>
        substituteStepArtifacts(text, readArtifacts),
      ),
    );
  const script = pod.scripts.find(({ name }) => name === `script-${index}`);
  if (script) {
    const content = await substituteStepArtifacts(script.content, readArtifacts);
    if (content !== script.content) await replaceScript(script.name, content, directories);
  }
  return {
    command: container.command && (await fillList(container.command)),
    args: await fillList(container.args ?? []),
    environment: await Promise.all(
      container.environment.map(async (variable) => ({
        ...variable,
        value: await substituteStepArtifacts(
          await substituteStepResult(variable.value, readResult),
          readArtifacts,
        ),
      })),
    ),
  };
}

async function replaceScript(
  name: string,
  content: string,
  directories: ReadonlyMap<string, Directory>,
): Promise<void> {
  const file = join(directories.get(internal.scripts)?.path ?? '', name);
  await writeFile(file, content);
  await chmod(file, 0o755);
}
