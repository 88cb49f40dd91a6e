import { stringify } from 'yaml';
import type { Usage } from './contract.ts';

/** A PipelineRun as its user has it, or one of its variations. */
export interface UsedRun {
  readonly name: string;
  readonly yaml: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What Pipelines-as-Code puts in. */
const values = {
  source_url: 'https://github.com/coreos/fedora-coreos-config',
  revision: '0123456789abcdef0123456789abcdef01234567',
  target_branch: 'testing-devel',
} as const;

export function usedRuns(usages: readonly Usage[]): readonly UsedRun[] {
  return usages.flatMap((usage) => [
    usedRun(usage, usage.id, usage.params),
    ...(usage.variations ?? []).map(({ params, without = [] }, index) => {
      const all = Object.entries({ ...usage.params, ...params }).filter(([name]) => !without.includes(name));
      return usedRun(usage, `${usage.id}-${index + 1}`, Object.fromEntries(all));
    }),
  ]);
}

function usedRun(usage: Usage, name: string, params: UsedRun['params']): UsedRun {
  const { pipelineRef, taskRunSpecs, timeouts, labels, serviceAccountName } = usage;
  const { resolver, ...reference } = pipelineRef;
  const object = {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name, ...(labels && { labels }) },
    spec: {
      pipelineRef: { resolver, params: listOf(reference) },
      params: listOf(params),
      ...(taskRunSpecs && { taskRunSpecs }),
      ...(timeouts && { timeouts }),
      ...(serviceAccountName !== undefined && { taskRunTemplate: { serviceAccountName } }),
    },
  };
  const yaml = stringify(object).replaceAll(/\{\{(\w+)\}\}/g, (whole, key: string) =>
    Object.hasOwn(values, key) ? values[key as keyof typeof values] : whole,
  );
  return { name, yaml, params };
}

function listOf(params: Readonly<Record<string, unknown>>): readonly object[] {
  return Object.entries(params).map(([name, value]) => ({ name, value }));
}
