import type {
  EnvVar,
  Sidecar,
  Step,
  StepTemplate,
  TaskSpec,
  Volume,
  VolumeProjection,
} from '../model/api.ts';
import {
  mapValues,
  type Replacements,
  substituteList,
  substituteParams,
  substituteText,
} from './substitute.ts';
import { substituteWhen } from './when.ts';

/** Puts replacements into every field of a Task where Tekton does (pkg/reconciler/taskrun/resources/apply.go). */
export function substituteTask<T extends TaskSpec>(spec: T, replacements: Replacements): T {
  const text = (value: string) => substituteText(value, replacements);
  return {
    ...spec,
    ...(spec.steps && { steps: spec.steps.map((step) => substituteStep(step, replacements)) }),
    ...(spec.stepTemplate && { stepTemplate: substituteContainer(spec.stepTemplate, replacements) }),
    ...(spec.sidecars && {
      sidecars: spec.sidecars.map((sidecar) => substituteSidecar(sidecar, replacements)),
    }),
    ...(spec.volumes && { volumes: spec.volumes.map((volume) => substituteVolume(volume, text)) }),
    ...(spec.workspaces && {
      workspaces: spec.workspaces.map((workspace) =>
        workspace.mountPath === undefined
          ? workspace
          : { ...workspace, mountPath: text(workspace.mountPath) },
      ),
    }),
  };
}

export function substituteStep(step: Step, replacements: Replacements): Step {
  const text = (value: string) => substituteText(value, replacements);
  return {
    ...substituteContainer(step, replacements),
    ...(step.ref?.params && {
      ref: { ...step.ref, params: substituteParams(step.ref.params, replacements) },
    }),
    ...(step.params && { params: substituteParams(step.params, replacements) }),
    ...(step.script !== undefined && { script: text(step.script) }),
    ...(step.onError !== undefined && { onError: text(step.onError) }),
    ...(step.stdoutConfig?.path !== undefined && { stdoutConfig: { path: text(step.stdoutConfig.path) } }),
    ...(step.stderrConfig?.path !== undefined && { stderrConfig: { path: text(step.stderrConfig.path) } }),
    ...(step.when && { when: substituteWhen(step.when, replacements) }),
  };
}

export function substituteSidecar(sidecar: Sidecar, replacements: Replacements): Sidecar {
  return {
    ...substituteContainer(sidecar, replacements),
    ...(sidecar.script !== undefined && { script: substituteText(sidecar.script, replacements) }),
  };
}

/** The fields that every container has (applyContainerReplacements, pkg/container/container_replacements.go). */
function substituteContainer<C extends StepTemplate & { readonly name?: string }>(
  container: C,
  replacements: Replacements,
): C {
  const text = (value: string) => substituteText(value, replacements);
  const { name, image, imagePullPolicy, workingDir, command, args, env, envFrom, volumeMounts } = container;
  return {
    ...container,
    ...(name !== undefined && { name: text(name) }),
    ...(image !== undefined && { image: text(image) }),
    ...(imagePullPolicy !== undefined && { imagePullPolicy: text(imagePullPolicy) }),
    ...(workingDir !== undefined && { workingDir: text(workingDir) }),
    ...(command && { command: substituteList(command, replacements) }),
    ...(args && { args: substituteList(args, replacements) }),
    ...(env && { env: env.map((variable) => substituteEnv(variable, text)) }),
    ...(envFrom && {
      envFrom: envFrom.map(({ prefix, configMapRef, secretRef }) => ({
        ...(prefix !== undefined && { prefix: text(prefix) }),
        ...(configMapRef && { configMapRef: named(configMapRef, text) }),
        ...(secretRef && { secretRef: named(secretRef, text) }),
      })),
    }),
    ...(volumeMounts && {
      volumeMounts: volumeMounts.map((mount) => ({
        ...mount,
        name: text(mount.name),
        mountPath: text(mount.mountPath),
        ...(mount.subPath !== undefined && { subPath: text(mount.subPath) }),
      })),
    }),
  };
}

type Text = (value: string) => string;

function substituteEnv(variable: EnvVar, text: Text): EnvVar {
  const { value, valueFrom } = variable;
  const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  return {
    ...variable,
    ...(value !== undefined && { value: text(value) }),
    ...(valueFrom && {
      valueFrom: {
        ...valueFrom,
        ...(secretKeyRef && { secretKeyRef: { ...named(secretKeyRef, text), key: text(secretKeyRef.key) } }),
        ...(configMapKeyRef && {
          configMapKeyRef: { ...named(configMapKeyRef, text), key: text(configMapKeyRef.key) },
        }),
      },
    }),
  };
}

function substituteVolume(volume: Volume, text: Text): Volume {
  const { configMap, secret, persistentVolumeClaim, projected, csi } = volume;
  return {
    ...volume,
    name: text(volume.name),
    ...(configMap && { configMap: withItems(named(configMap, text), text) }),
    ...(secret && {
      secret: withItems(
        { ...secret, ...(secret.secretName !== undefined && { secretName: text(secret.secretName) }) },
        text,
      ),
    }),
    ...(persistentVolumeClaim && {
      persistentVolumeClaim: { ...persistentVolumeClaim, claimName: text(persistentVolumeClaim.claimName) },
    }),
    ...(projected && {
      projected: {
        ...projected,
        sources: (projected.sources ?? []).map((source) => substituteSource(source, text)),
      },
    }),
    ...(csi && {
      csi: {
        ...csi,
        ...(csi.nodePublishSecretRef && { nodePublishSecretRef: named(csi.nodePublishSecretRef, text) }),
        ...(csi.volumeAttributes && { volumeAttributes: mapValues(csi.volumeAttributes, text) }),
      },
    }),
  };
}

function substituteSource(source: VolumeProjection, text: Text): VolumeProjection {
  const { configMap, secret } = source;
  return {
    ...source,
    ...(configMap && { configMap: named(configMap, text) }),
    ...(secret && { secret: named(secret, text) }),
  };
}

function named<T extends { readonly name?: string | undefined }>(object: T, text: Text): T {
  return object.name === undefined ? object : { ...object, name: text(object.name) };
}

function withItems<
  T extends { readonly items?: readonly { readonly key: string; readonly path: string }[] | undefined },
>(object: T, text: Text): T {
  if (!object.items) return object;
  return {
    ...object,
    items: object.items.map((item) => ({ ...item, key: text(item.key), path: text(item.path) })),
  };
}
