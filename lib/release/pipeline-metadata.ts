import type { ReleasePlan, ReleasePlanAdmission } from './resources.ts';

/** Which pipeline is running, as upstream's result releasePipelineMetadata tells it; what is not known is `unknown`. */
export interface PipelineMetadata {
  readonly org: string;
  readonly repo: string;
  readonly revision: string;
  readonly pathinrepo: string;
  readonly sha: string;
}

const UNKNOWN = 'unknown';

/** Upstream asks GitHub for the commit of a branch; here it is known where the revision is one, and nobody is asked. */
export function pipelineMetadata(
  plan: ReleasePlan,
  admission: ReleasePlanAdmission | undefined,
): PipelineMetadata {
  const pipeline = admission === undefined ? plan.spec.tenantPipeline : admission.spec.pipeline;
  const reference = pipeline?.pipelineRef;
  const value = (name: string) =>
    reference?.resolver === 'git' ? reference.params?.find((one) => one.name === name)?.value : undefined;
  const [org, repo] =
    URL.parse(value('url') ?? '')
      ?.pathname.split('/')
      .slice(1) ?? [];
  const revision = value('revision') ?? UNKNOWN;
  return {
    org: org || UNKNOWN,
    repo: repo?.replace(/\.git$/, '') || UNKNOWN,
    revision,
    pathinrepo: value('pathInRepo') ?? UNKNOWN,
    sha: /^[0-9a-f]{40}$/.test(revision) ? revision : UNKNOWN,
  };
}
