import type { Step, StepTemplate, TaskSpec } from '../objects/api.gen.ts';

/** A step with what it inherits from the stepTemplate, and where each of its fields is written. */
export interface MergedStep {
  readonly step: Step;
  readonly path: string;
  /** The path of a field, or of an element of it. */
  readonly at: (field: keyof Step, index?: number) => string;
}

/**
 * MergeStepsWithStepTemplate (pkg/apis/pipeline/v1/merge.go), as far as rules look: a strategic merge in which env
 * goes by name and mounts by path. A step that refers to a StepAction inherits nothing.
 */
export function mergedSteps({ steps = [], stepTemplate }: TaskSpec, path: string): readonly MergedStep[] {
  return steps.map((step, index) =>
    merge(step, stepTemplate, `${path}.steps[${index}]`, `${path}.stepTemplate`),
  );
}

const single = ['image', 'workingDir', 'imagePullPolicy', 'command', 'args', 'envFrom'] as const;
const keys = { env: 'name', volumeMounts: 'mountPath', volumeDevices: 'devicePath' } as const;

function merge(
  step: Step,
  template: StepTemplate | undefined,
  path: string,
  templatePath: string,
): MergedStep {
  const own = (field: string, index?: number) => `${path}.${field}${index === undefined ? '' : `[${index}]`}`;
  if (!template || step.ref) return { step, path, at: own };

  const inherited = new Set<string>(
    single.filter((field) => isEmpty(step[field]) && !isEmpty(template[field])),
  );
  const picked = Object.fromEntries(
    Array.from(inherited, (field) => [field, template[field as keyof StepTemplate]]),
  );
  const indexes = new Map<string, readonly number[]>();
  const lists = Object.entries(keys).map(([field, key]) => {
    const mine = elements(step, field);
    const taken = new Set(mine.map((element) => element[key]));
    const added = elements(template, field).flatMap((element, index) =>
      taken.has(element[key]) ? [] : [{ element, index }],
    );
    indexes.set(
      field,
      added.map(({ index }) => index),
    );
    return [field, [...mine, ...added.map(({ element }) => element)]] as const;
  });
  const filled = lists.filter(([, list]) => list.length > 0);

  return {
    step: { ...step, ...picked, ...Object.fromEntries(filled) } as Step,
    path,
    at: (field, index) => {
      if (inherited.has(field)) return `${templatePath}.${field}${index === undefined ? '' : `[${index}]`}`;
      const offset = elements(step, field).length;
      const theirs = index === undefined ? undefined : indexes.get(field)?.[index - offset];
      return theirs === undefined ? own(field, index) : `${templatePath}.${field}[${theirs}]`;
    },
  };
}

function isEmpty(value: string | readonly unknown[] | undefined): boolean {
  return value === undefined || value.length === 0;
}

function elements(from: object, field: string): readonly Readonly<Record<string, unknown>>[] {
  const value = (from as Readonly<Record<string, unknown>>)[field];
  return Array.isArray(value) ? value : [];
}
