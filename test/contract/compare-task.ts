import { quantityNumber, type Step, type Task, type Volume } from '#lib/tekton';
import {
  compareField,
  compareLabels,
  compareLists,
  compareOrder,
  compareParams,
  compareWorkspaces,
  type Found,
} from './compare.ts';
import type { ContractStep, ContractTask, ContractVolume } from './contract.ts';
import type { Resources } from './shapes.ts';

/** Where a task of ours is not as the contract has it. What it has more of is told as `is ours`. */
export function compareTask(theirs: ContractTask, ours: Task): readonly Found[] {
  const {
    params = [],
    results = [],
    workspaces = [],
    volumes = [],
    steps = [],
    stepTemplate,
  } = ours.spec ?? {};
  const named = steps.map((step) => ({ ...step, name: step.name ?? '' }));
  return [
    ...compareLabels(theirs.labels, ours.metadata?.labels),
    ...compareParams(theirs.params, params),
    ...compareLists('result', theirs.results, results, (one, own) =>
      compareField('type', one.type, own.type ?? 'string'),
    ),
    ...compareWorkspaces(theirs.workspaces, workspaces),
    ...compareLists(
      'volume',
      theirs.volumes,
      volumes.map(volumeOf),
      ({ name: _, ...one }, { name: __, ...own }) => compareField('source', one, own),
    ),
    ...compareOrder('steps', theirs.steps, named),
    ...compareLists('step', theirs.steps, named, (one, own) => [
      ...compareResources({ ...theirs.stepTemplate?.computeResources, ...one.computeResources }, {
        ...stepTemplate?.computeResources,
        ...own.computeResources,
      } as Resources),
      ...comparePrivileges(one, own),
    ]),
  ];
}

/** A volume in the form of the contract. */
function volumeOf({ name, emptyDir, configMap, secret, projected }: Volume): ContractVolume {
  if (emptyDir !== undefined) return { name, kind: 'emptyDir' };
  if (configMap !== undefined) {
    const { name: map, optional, items } = configMap;
    return { name, kind: 'configMap', configMap: map, optional, items };
  }
  if (secret !== undefined) {
    const { secretName, optional = false, items } = secret;
    return { name, kind: 'secret', secretName, optional, items };
  }
  return { name, kind: 'projected', sources: projected?.sources };
}

/** Ours may ask for less, and where upstream says nothing for whatever it needs. */
function compareResources(theirs: Resources, ours: Resources): readonly string[] {
  return (['requests', 'limits'] as const).flatMap((kind) =>
    Object.entries(theirs[kind] ?? {}).flatMap(([resource, value]) => {
      const own = ours[kind]?.[resource];
      if (own === undefined)
        return kind === 'requests' ? [] : [`limit of ${resource} is not there, and ${value} upstream`];
      const [most, asked] = [quantityNumber(value), quantityNumber(own)];
      const isHigher = most === undefined || asked === undefined || asked > most;
      return isHigher ? [`${kind} of ${resource} are ${own}, and ${value} upstream`] : [];
    }),
  );
}

/** Ours may ask for less. */
function comparePrivileges(
  { securityContext: theirs }: ContractStep,
  { securityContext: ours }: Step,
): readonly string[] {
  const allowed = theirs?.capabilities?.add ?? [];
  const more = (ours?.capabilities?.add ?? []).filter((one) => !allowed.includes(one));
  return [
    ...more.map((one) => `capability ${one} is added`),
    ...(ours?.privileged === true ? ['it is privileged'] : []),
    ...(ours?.runAsUser === 0 && theirs?.runAsUser !== 0 ? ['it runs as root'] : []),
  ];
}
