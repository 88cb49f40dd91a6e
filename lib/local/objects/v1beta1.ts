import { own } from '#lib/text';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An object of v1beta1 with its fields where v1 has them, as the conversion webhook moves them
 * (pkg/apis/pipeline/v1beta1/*_conversion.go). What v1 has no place for stays, and is refused as unknown.
 */
export function fromV1beta1(object: Fields): Fields {
  const { spec, ...rest } = object;
  const converted = isObject(spec) ? convertSpec(String(object.kind), spec) : spec;
  return { ...rest, apiVersion: 'tekton.dev/v1', ...(converted === undefined ? {} : { spec: converted }) };
}

/** An object of v1beta1 as the conversion webhook makes one of v1 of it; another as it is. */
export function asV1(object: Fields): Fields {
  const isOld = object.apiVersion === 'tekton.dev/v1beta1' && object.kind !== 'StepAction';
  return isOld ? fromV1beta1(object) : object;
}

function convertSpec(kind: string, spec: Fields): Fields {
  if (kind === 'Task') return taskSpec(spec);
  if (kind === 'Pipeline') return pipelineSpec(spec);
  return kind === 'TaskRun' ? taskRunSpec(spec) : pipelineRunSpec(spec);
}

function taskSpec(spec: Fields): Fields {
  return mapFields(spec, {
    steps: listOf((step) => container(step)),
    sidecars: listOf((sidecar) => container(sidecar)),
    stepTemplate: container,
  });
}

function container(fields: Fields): Fields {
  return renamed(fields, { resources: 'computeResources' });
}

function pipelineSpec(spec: Fields): Fields {
  return mapFields(spec, { tasks: listOf(pipelineTask), finally: listOf(pipelineTask) });
}

function pipelineTask(task: Fields): Fields {
  return mapFields(task, { taskSpec, taskRef: reference, pipelineRef: reference, pipelineSpec });
}

/** A bundle was a field of its own before there were resolvers. */
function reference(ref: Fields): Fields {
  const { bundle, name, kind = 'Task', ...rest } = ref;
  if (bundle === undefined || bundle === '') return ref;
  const params = [
    { name: 'bundle', value: bundle },
    { name: 'name', value: name },
    { name: 'kind', value: kind },
  ];
  return { ...rest, resolver: 'bundles', params };
}

function taskRunSpec(spec: Fields): Fields {
  const moved = renamed(spec, { stepOverrides: 'stepSpecs', sidecarOverrides: 'sidecarSpecs' });
  return mapFields(moved, {
    taskSpec,
    taskRef: reference,
    stepSpecs: listOf(container),
    sidecarSpecs: listOf(container),
  });
}

function pipelineRunSpec(spec: Fields): Fields {
  const { serviceAccountName, podTemplate, timeout, ...rest } = spec;
  const template = {
    ...(serviceAccountName !== undefined && { serviceAccountName }),
    ...(podTemplate !== undefined && { podTemplate }),
  };
  const moved = {
    ...rest,
    ...(Object.keys(template).length > 0 && { taskRunTemplate: template }),
    ...(timeout !== undefined && { timeouts: { pipeline: timeout } }),
  };
  return mapFields(moved, { pipelineSpec, pipelineRef: reference, taskRunSpecs: listOf(runSpec) });
}

function runSpec(spec: Fields): Fields {
  return renamed(spec, {
    taskServiceAccountName: 'serviceAccountName',
    taskPodTemplate: 'podTemplate',
    stepOverrides: 'stepSpecs',
    sidecarOverrides: 'sidecarSpecs',
  });
}

function renamed(fields: Fields, names: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [own(names, name) ?? name, value]));
}

function mapFields(fields: Fields, maps: Readonly<Record<string, (value: Fields) => unknown>>): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const map = own(maps, name);
      // Anything that is no object is for the decoder to refuse.
      return [name, map && typeof value === 'object' && value !== null ? map(value as Fields) : value];
    }),
  );
}

function listOf(map: (item: Fields) => Fields): (list: unknown) => unknown {
  return (list) =>
    Array.isArray(list) ? list.map((item: unknown) => (isObject(item) ? map(item) : item)) : list;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
