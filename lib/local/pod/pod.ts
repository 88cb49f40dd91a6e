import type {
  PodTemplate,
  Probe,
  SecurityContext,
  Sidecar,
  Step,
  TaskSpec,
  Volume,
  VolumeMount,
  WorkspaceBinding,
} from '../model/api.ts';
import type { Objects } from '../objects/objects.ts';
import { expand } from '../variables/expand.ts';
import { stepContainerName } from '../variables/task-substitutions.ts';
import { type GivenResources, type Limits, sidecarLimits, stepLimits } from './compute-resources.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { environmentOf, type PodFacts, type Variable } from './environment.ts';
import { mergeStep } from './merge-step.ts';
import { addWorkspaces } from './workspaces.ts';

/** One TaskRun's attempt: its containers and what they mount, before anything is made of it. */
export interface Pod {
  readonly facts: PodFacts;
  readonly steps: readonly Container[];
  readonly sidecars: readonly SidecarContainer[];
  /** Every volume that a container mounts, by name. */
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly scripts: readonly Script[];
  readonly credentials: Credentials;
  readonly template: PodTemplate;
}

export interface Container {
  /** Such as `step-build`. */
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: string | undefined;
  /** Undefined where the image's own is meant. */
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly environment: readonly Variable[];
  readonly workingDir: string | undefined;
  readonly mounts: readonly Mount[];
  readonly security: SecurityContext;
  readonly limits: Limits;
}

export interface SidecarContainer extends Container {
  readonly readiness: Probe | undefined;
  readonly startup: Probe | undefined;
}

export interface Mount {
  readonly volume: string;
  readonly path: string;
  readonly subPath: string | undefined;
  readonly readOnly: boolean;
}

export interface Script {
  readonly name: string;
  readonly content: string;
}

/**
 * The containers of a TaskRun, whose spec has everything substituted (Builder.Build, pkg/pod/pod.go).
 *
 * @throws {BackendError} for a ConfigMap or Secret that is not there
 */
export function buildPod(
  spec: TaskSpec,
  bindings: readonly WorkspaceBinding[],
  facts: PodFacts,
  objects: Objects,
  template: PodTemplate = {},
  resources: GivenResources = {},
): Pod {
  const mounted = addWorkspaces(spec, bindings);
  const context = { objects, facts, template };
  const steps = (mounted.steps ?? []).map((step) => mergeStep(mounted.stepTemplate, step));
  const sidecars = mounted.sidecars ?? [];
  const credentials = credentialsOf(facts.serviceAccount, objects);
  const scripts = [...scriptsOf(steps, 'script'), ...scriptsOf(sidecars, 'sidecar-script')];
  const volumes = [
    ...implicitVolumes(steps.length),
    ...credentials.secrets.map((name) => ({ name: secretVolume(name), secret: { secretName: name } })),
    ...(mounted.volumes ?? []),
    ...(template.volumes ?? []),
  ];
  return {
    facts,
    template,
    volumes: new Map(volumes.map((volume) => [volume.name, volume])),
    scripts,
    credentials,
    steps: steps.map((step, index) => {
      const parts = container(step, `script-${index}`, context);
      const mounts = volumeMountsOf(stepMounts(step, index));
      const limits = stepLimits(step.name, step.computeResources, resources);
      return { ...parts, name: stepContainerName(step.name, index).slice(0, 63), mounts, limits };
    }),
    sidecars: sidecars.map((sidecar, index) => ({
      ...container(sidecar, `sidecar-script-${index}`, context),
      name: `sidecar-${sidecar.name ?? ''}`.slice(0, 63).replace(/[^a-zA-Z0-9]+$/, ''),
      mounts: volumeMountsOf([...(sidecar.volumeMounts ?? []), ...(sidecar.script ? [scriptsMount] : [])]),
      limits: sidecarLimits(sidecar.name, sidecar.computeResources, resources),
      readiness: sidecar.readinessProbe,
      startup: sidecar.startupProbe,
    })),
  };
}

function container(
  source: Step | Sidecar,
  script: string,
  { objects, facts, template }: { objects: Objects; facts: PodFacts; template: PodTemplate },
): Omit<Container, 'name' | 'mounts' | 'limits'> {
  const environment = withTemplate(environmentOf(source, objects, facts), template, objects, facts);
  const texts = new Map(environment.map(({ name, value }) => [name, value]));
  const expanded = (list: readonly string[] | undefined) => list?.map((text) => expand(text, texts));
  return {
    image: source.image ?? '',
    imagePullPolicy: source.imagePullPolicy,
    command: source.script ? [`/tekton/scripts/${script}`] : nonEmpty(expanded(source.command)),
    args: expanded(source.args),
    environment,
    workingDir: source.workingDir === undefined || source.workingDir === '' ? undefined : source.workingDir,
    security: securityOf(source.securityContext, template),
  };
}

/** What the pod says for all its containers holds where a container says nothing. */
function securityOf(own: SecurityContext = {}, { securityContext = {} }: PodTemplate): SecurityContext {
  const { runAsUser, runAsGroup, runAsNonRoot, seccompProfile } = securityContext;
  return {
    ...(runAsUser !== undefined && { runAsUser }),
    ...(runAsGroup !== undefined && { runAsGroup }),
    ...(runAsNonRoot !== undefined && { runAsNonRoot }),
    ...(isProfile(seccompProfile) && { seccompProfile }),
    ...own,
  };
}

function isProfile(value: unknown): value is NonNullable<SecurityContext['seccompProfile']> {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The pod template's variables come last and win. */
function withTemplate(
  variables: readonly Variable[],
  template: PodTemplate,
  objects: Objects,
  facts: PodFacts,
): readonly Variable[] {
  if (!template.env) return variables;
  const all = [...variables, ...environmentOf({ env: template.env }, objects, facts)];
  return [...new Map(all.map((variable) => [variable.name, variable])).values()];
}

function nonEmpty(list: readonly string[] | undefined): readonly string[] | undefined {
  return list && list.length > 0 ? list : undefined;
}

/** Without a shebang it is a shell script that ends at the first error; the text is not trimmed (pkg/pod/script.go). */
function scriptsOf(sources: readonly (Step | Sidecar)[], prefix: string): readonly Script[] {
  return sources.flatMap(({ script }, index) => {
    if (script === undefined || script === '') return [];
    const content = script.trim().startsWith('#!') ? script : `#!/bin/sh\nset -e\n${script}`;
    return [{ name: `${prefix}-${index}`, content }];
  });
}

export const internal = {
  workspace: 'tekton-internal-workspace',
  home: 'tekton-internal-home',
  results: 'tekton-internal-results',
  steps: 'tekton-internal-steps',
  artifacts: 'tekton-internal-artifacts',
  scripts: 'tekton-internal-scripts',
  run: 'tekton-internal-run',
} as const;

const scriptsMount: VolumeMount = { name: internal.scripts, mountPath: '/tekton/scripts', readOnly: true };

function implicitVolumes(steps: number): readonly Volume[] {
  const names = [
    ...Object.values(internal),
    ...Array.from({ length: steps }, (_, index) => credentialsVolume(index)),
  ];
  return names.map((name) => ({ name, emptyDir: {} }));
}

export function credentialsVolume(index: number): string {
  return `tekton-creds-init-home-${index}`;
}

export function secretVolume(secret: string): string {
  return `tekton-creds-${secret}`;
}

/** A step's own mounts win over the implicit ones; of /tekton/run, it can write only into its own part. */
function stepMounts(step: Step, index: number): readonly VolumeMount[] {
  const own = [
    ...(step.volumeMounts ?? []),
    { name: internal.run, mountPath: '/tekton/run', readOnly: true },
    { name: internal.run, mountPath: `/tekton/run/${index}`, subPath: String(index) },
    { name: credentialsVolume(index), mountPath: '/tekton/creds' },
    ...(step.script ? [scriptsMount] : []),
  ];
  const taken = new Set(own.map(({ mountPath }) => cleanPath(mountPath)));
  const implicit: readonly VolumeMount[] = [
    { name: internal.workspace, mountPath: '/workspace' },
    { name: internal.home, mountPath: '/tekton/home' },
    { name: internal.results, mountPath: '/tekton/results' },
    { name: internal.steps, mountPath: '/tekton/steps', readOnly: true },
    { name: internal.artifacts, mountPath: '/tekton/artifacts' },
  ];
  return [...own, ...implicit.filter(({ mountPath }) => !taken.has(mountPath))];
}

function volumeMountsOf(mounts: readonly VolumeMount[]): readonly Mount[] {
  return mountsOf(
    mounts.map(({ name, mountPath, subPath, readOnly }) => ({
      volume: name,
      path: cleanPath(mountPath),
      subPath: subPath === '' ? undefined : subPath,
      readOnly: readOnly ?? false,
    })),
  );
}

/** Outer paths first, so that what is mounted inside them is seen. */
export function mountsOf(mounts: readonly Mount[]): readonly Mount[] {
  return [...mounts].sort((a, b) => a.path.split('/').length - b.path.split('/').length);
}

function cleanPath(path: string): string {
  return `/${path.split('/').filter(Boolean).join('/')}`;
}
