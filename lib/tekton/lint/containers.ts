import type { EnvFromSource, EnvVar, Sidecar, Step, TaskSpec, VolumeMount } from '../objects/api.gen.ts';
import type { Placed } from '../objects/walk.ts';
import { imageParts } from '../rules/image.ts';
import { type Finding, findIf, finding } from './finding.ts';

/** Lints of one step, sidecar or stepTemplate at a time. */
export function containerFindings({ value: spec, path }: Placed<TaskSpec>): readonly Finding[] {
  const { steps = [], sidecars = [], stepTemplate } = spec;
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const one = (container: Container, at: string) => [
    ...scriptFindings(container.script, `${at}.script`),
    ...imageFindings(container.image, `${at}.image`),
    ...environmentFindings(container, at),
    ...mountFindings(container.volumeMounts ?? [], volumes, at),
  ];
  return [
    ...steps.flatMap((step, index) => [
      ...one(step, `${path}.steps[${index}]`),
      ...nameFindings(step, `${path}.steps[${index}]`, 58, 'step-'),
    ]),
    ...sidecars.flatMap((sidecar, index) => [
      ...one(sidecar, `${path}.sidecars[${index}]`),
      ...nameFindings(sidecar, `${path}.sidecars[${index}]`, 55, 'sidecar-'),
    ]),
    ...(stepTemplate ? one(stepTemplate, `${path}.stepTemplate`) : []),
  ];
}

export interface Container {
  readonly script?: string | undefined;
  readonly image?: string | undefined;
  readonly env?: readonly EnvVar[] | undefined;
  readonly envFrom?: readonly EnvFromSource[] | undefined;
  readonly volumeMounts?: readonly VolumeMount[] | undefined;
}

export function scriptFindings(script: string | undefined, path: string): readonly Finding[] {
  if (script === undefined) return [];
  const injected = /\$\((?:inputs\.)?(?:params|tasks|steps)[.[][^)]*\)/.exec(script)?.[0] ?? '';
  return [
    ...findIf(
      injected !== '',
      'script-params',
      path,
      `${injected} is pasted into the script, where its text can become code: pass it by env or args`,
    ),
    ...findIf(
      /^\s+#!/.test(script),
      'script-leading-space',
      path,
      'white space before #! gives a file that the kernel cannot start (exec format error)',
    ),
  ];
}

export function imageFindings(image: string | undefined, path: string): readonly Finding[] {
  // An image that a param names is known at the run only.
  if (image === undefined || image === '' || image.includes('$(')) return [];
  const { isQualified, tag, digest } = imageParts(image);
  return [
    ...findIf(!isQualified, 'image-qualified', path, `${image} names no registry`),
    ...findIf(
      digest === undefined,
      'image-digest',
      path,
      `${image} has no digest, so it may change between runs`,
    ),
    ...findIf(
      digest === undefined && (tag === undefined || tag === 'latest'),
      'image-latest',
      path,
      `${image} is whatever is latest`,
    ),
  ];
}

export function environmentFindings({ env = [], envFrom = [] }: Container, path: string): readonly Finding[] {
  const message = 'a secret in the environment is seen by every child process: mount it as a file';
  return [
    ...env.flatMap(({ name, valueFrom }, index) => [
      ...findIf(valueFrom?.secretKeyRef !== undefined, 'secret-env', `${path}.env[${index}]`, message),
      ...findIf(
        env.findIndex((other) => other.name === name) !== index,
        'duplicate-env',
        `${path}.env[${index}].name`,
        `${name} is set twice; the last one counts`,
      ),
    ]),
    ...envFrom.flatMap(({ secretRef }, index) =>
      findIf(secretRef !== undefined, 'secret-env', `${path}.envFrom[${index}]`, message),
    ),
  ];
}

function mountFindings(
  mounts: readonly VolumeMount[],
  volumes: ReadonlySet<string>,
  path: string,
): readonly Finding[] {
  return mounts.flatMap(({ name }, index) =>
    findIf(
      !volumes.has(name) && !name.includes('$('),
      'undefined-volume',
      `${path}.volumeMounts[${index}].name`,
      `the task declares no volume ${name}; unless a podTemplate brings it, the pod is refused`,
    ),
  );
}

function nameFindings(
  { name }: Step | Sidecar,
  path: string,
  most: number,
  prefix: string,
): readonly Finding[] {
  if (name.length <= most) return [];
  const message = `Tekton cuts ${prefix}${name} to 63 characters: keep it to ${most}`;
  return [finding('step-name-length', `${path}.name`, message)];
}
