import type { StepActionSpec } from '../objects/api.gen.ts';
import type { MergedStep } from './step-template.ts';

/** A text in which variables are replaced. */
export interface Place {
  readonly path: string;
  readonly text: string;
  /** An element of command or args, where a whole list may stand alone. */
  readonly isArgument: boolean;
}

/** Where validateStepVariables looks (pkg/apis/pipeline/v1/task_validation.go). */
export function stepPlaces({ step, at }: MergedStep): readonly Place[] {
  const mounts = (step.volumeMounts ?? []).flatMap(({ name, mountPath, subPath = '' }, index) => [
    field(`${at('volumeMounts', index)}.name`, name),
    field(`${at('volumeMounts', index)}.mountPath`, mountPath),
    field(`${at('volumeMounts', index)}.subPath`, subPath),
  ]);
  return [
    field(at('name'), step.name),
    field(at('image'), step.image),
    field(at('workingDir'), step.workingDir),
    field(at('script'), step.script),
    ...(step.command ?? []).map((text, index) => argument(at('command', index), text)),
    ...(step.args ?? []).map((text, index) => argument(at('args', index), text)),
    ...(step.env ?? []).map(({ value }, index) => field(`${at('env', index)}.value`, value)),
    ...mounts,
  ];
}

/** Where validateStepActionVariables looks (pkg/apis/pipeline/v1beta1/stepaction_validation.go). */
export function stepActionPlaces(spec: StepActionSpec, path: string): readonly Place[] {
  return [
    field(`${path}.image`, spec.image),
    field(`${path}.script`, spec.script),
    ...(spec.command ?? []).map((text, index) => argument(`${path}.command[${index}]`, text)),
    ...(spec.args ?? []).map((text, index) => argument(`${path}.args[${index}]`, text)),
    ...(spec.env ?? []).map(({ value }, index) => field(`${path}.env[${index}].value`, value)),
    ...(spec.volumeMounts ?? []).map(({ name }, index) => field(`${path}.volumeMounts[${index}].name`, name)),
  ];
}

function field(path: string, text: string | undefined): Place {
  return { path, text: text ?? '', isArgument: false };
}

function argument(path: string, text: string): Place {
  return { path, text, isArgument: true };
}
