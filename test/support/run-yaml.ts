import {
  parseImageMapping,
  parseObjects,
  type RunOptions,
  type RunResult,
  runLocally,
  sortObjects,
} from '#lib/local';

export interface YamlRun extends RunResult {
  /** What each step wrote, as `step: line`. */
  readonly lines: readonly string[];
}

/** Runs YAML for real, with this machine's root in place of any image unless the options say otherwise. */
export async function runYaml(
  yaml: string,
  options: Partial<RunOptions> & Pick<RunOptions, 'runsDirectory'>,
): Promise<YamlRun> {
  const lines: string[] = [];
  const result = await runLocally({
    objects: sortObjects(parseObjects(yaml, 'test.yaml')),
    imageMap: [parseImageMapping('*=rootfs:/')],
    sinks: [
      { event: (event) => void (event.type === 'step-log' && lines.push(`${event.step}: ${event.text}`)) },
    ],
    ...options,
  });
  return { ...result, lines };
}
