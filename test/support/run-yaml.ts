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
