import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

/** What a case expects; only what is named is compared, and that exactly. */
const Expectation = z
  .strictObject({
    /** Status of the condition `Succeeded` of the run. */
    status: z.enum(['True', 'False']),
    reason: z.string(),
    message: z.string(),
    messageMatches: z.string(),
    results: z.record(z.string(), z.unknown()),
    /** The reason of each TaskRun and child PipelineRun, by its name without that of its run. */
    tasks: z.record(z.string(), z.string()),
    skipped: z.record(z.string(), z.string()),
    /** Exit code and reason of each step, such as `1 Error`, or `waiting` and why; in a PipelineRun by `task/step`. */
    steps: z.record(z.string(), z.string()),
    /** All lines, each after the name of its step; in a PipelineRun of its TaskRun. */
    logs: z.array(z.string()),
    logsInAnyOrder: z.array(z.string()),
    logsContain: z.array(z.string()),
    /** A part of the status of the run, and of TaskRuns. */
    runStatus: z.record(z.string(), z.unknown()),
    taskRunStatus: z.record(z.string(), z.record(z.string(), z.unknown())),
    /** The run never starts: the reason of its condition in a cluster, and a part of what is said. */
    refused: z.strictObject({
      error: z.string().default('InvalidRunError'),
      reason: z.string().optional(),
      message: z.string(),
    }),
    seconds: z.strictObject({ atMost: z.number() }),
  })
  .partial();

const Header = z.strictObject({
  case: z.string(),
  /** The upstream file, and the function, test or section in it, that the expectation is taken from. */
  rule: z.string().regex(/\w+\.(?:go|md|yaml)\b|^k8s\.io /),
  flags: z.record(z.string(), z.string()).optional(),
  /** Whose default capabilities containers have. */
  runtime: z.enum(['containerd', 'cri-o']).optional(),
  /** Ctrl-C once or twice, when a step writes this line; `start` is before anything runs. */
  cancel: z.strictObject({ on: z.string(), how: z.enum(['gracefully', 'now']) }).optional(),
  /** The Tekton on which a run of the case ended as it expects. */
  verified: z.literal('tekton 1.15.0').optional(),
  /** Why the engine does something else; the case fails once it no longer does. */
  knownDeviation: z.string().optional(),
  expect: Expectation,
});

export type Expectation = z.infer<typeof Expectation>;

export interface ConformanceCase extends z.infer<typeof Header> {
  readonly file: string;
  /** The objects of the case, as YAML. */
  readonly yaml: string;
}

/** Reads every case: a document with `case`, then the objects that it is about. */
export function readCases(directory: string): readonly ConformanceCase[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
  return files.sort().flatMap((file) => casesOf(file, readFileSync(join(directory, file), 'utf8')));
}

function casesOf(file: string, text: string): readonly ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  for (const document of text.split(/^---$/m)) {
    if (/^case:/m.test(document)) {
      cases.push({ ...Header.parse(parse(document)), file, yaml: '' });
      continue;
    }
    const last = cases.pop();
    if (last) cases.push({ ...last, yaml: last.yaml === '' ? document : `${last.yaml}---${document}` });
    else if (document.trim() !== '' && !/^(?:#.*\s*)+$/.test(document.trim()))
      throw new Error(`${file}: an object before the first case`);
  }
  return cases;
}
