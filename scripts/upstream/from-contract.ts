import { readInterface, type Upstream } from '#lib/catalog';
import type { ParamValue, Task } from '#lib/tekton';

/** A task in ../shared/contract/konflux-build.json, as far as an interface is made of it. */
interface ContractTask {
  readonly name: string;
  readonly version: string;
  /** Repository, commit and path that it was read from. */
  readonly source: string;
  readonly params: readonly {
    readonly name: string;
    readonly type: 'string' | 'array';
    readonly default?: ParamValue;
  }[];
  readonly results: readonly { readonly name: string; readonly type: 'string' | 'array' }[];
  readonly workspaces: readonly { readonly name: string; readonly optional?: boolean }[];
}

export interface Contract {
  readonly pipeline: {
    readonly tasks: readonly {
      readonly name: string;
      readonly taskRef: {
        readonly name: string;
        readonly bundle: string;
        readonly tag: string;
        readonly digest: string;
      };
    }[];
  };
  readonly reimplement: Readonly<Record<string, ContractTask>>;
  /** Several where the contract has several versions. */
  readonly reference: Readonly<Record<string, ContractTask | readonly ContractTask[]>>;
}

/**
 * Upstream's tasks as its pipeline pins them, with the interface of the same minor version from the contract.
 *
 * @param names of tasks, in the order in which they are wanted
 */
export function upstreamFromContract(contract: Contract, names: readonly string[]): readonly Upstream[] {
  const refs = new Map(contract.pipeline.tasks.map(({ taskRef }) => [taskRef.name, taskRef]));
  return names.map((name) => {
    const ref = refs.get(name);
    if (ref === undefined) throw new Error(`upstream's pipeline does not run ${name}`);
    const task = versionsOf(contract, name).find(({ version }) => minorOf(version) === minorOf(ref.tag));
    if (task === undefined) throw new Error(`the contract has no ${name} ${minorOf(ref.tag)}`);
    const bundle = `${ref.bundle}:${ref.tag}@${ref.digest}`;
    return { ...readInterface(taskOf(task), { bundle }, task.source), bundle };
  });
}

function versionsOf({ reimplement, reference }: Contract, name: string): readonly ContractTask[] {
  return [reimplement[name] ?? reference[name] ?? []].flat();
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** The contract leaves out what a step runs, so that one stands for all of them. */
function taskOf({ name, version, params, results, workspaces }: ContractTask): Task {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name, labels: { 'app.kubernetes.io/version': version } },
    spec: {
      params: params.map(({ name: param, type, default: fallback }) => ({
        name: param,
        type,
        ...(fallback !== undefined && { default: fallback }),
      })),
      results: results.map(({ name: result, type }) => ({ name: result, type })),
      workspaces: workspaces.map(({ name: workspace, optional = false }) => ({ name: workspace, optional })),
      steps: [{ name: 'unknown', image: 'unknown' }],
    },
  };
}
