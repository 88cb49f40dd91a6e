import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ParamValue, Resources } from './shapes.ts';

/** The folder with the contract, which is not part of this repository. */
const shared = process.env.BOOTC_CATALOG_SHARED ?? join(import.meta.dirname, '../../../shared');

/** A param of a task or pipeline; it is required where it has no default. */
export interface ContractParam {
  readonly name: string;
  readonly type: string;
  readonly default?: ParamValue;
}

/** With the fields of its kind. */
export interface ContractVolume {
  readonly name: string;
  readonly [field: string]: unknown;
}

export interface ContractStep {
  readonly name: string;
  readonly securityContext?: {
    readonly runAsUser?: number;
    readonly capabilities?: { readonly add?: readonly string[] };
  };
  readonly computeResources?: Resources;
}

/** A task of `reimplement`. */
export interface ContractTask {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly params: readonly ContractParam[];
  readonly results: readonly { readonly name: string; readonly type: string }[];
  readonly workspaces: readonly { readonly name: string; readonly optional?: boolean }[];
  readonly volumes: readonly ContractVolume[];
  readonly stepTemplate?: { readonly computeResources?: Resources };
  readonly steps: readonly ContractStep[];
}

interface NamedValue {
  readonly name: string;
  readonly value: ParamValue;
}

export interface ContractPipelineTask {
  readonly name: string;
  readonly taskRef: { readonly name: string };
  readonly params?: readonly NamedValue[];
  readonly matrix?: { readonly params: readonly NamedValue[] };
  readonly when?: readonly object[];
  readonly runAfter?: readonly string[];
  readonly retries?: number;
  /** A Go duration. */
  readonly timeout?: string;
  readonly workspaces?: readonly { readonly name: string; readonly workspace: string }[];
}

export interface ContractPipeline {
  readonly labels: Readonly<Record<string, string>>;
  readonly params: readonly ContractParam[];
  readonly results: readonly { readonly name: string; readonly value: string }[];
  readonly workspaces: readonly { readonly name: string; readonly optional?: boolean }[];
  readonly tasks: readonly ContractPipelineTask[];
  readonly finally: readonly ContractPipelineTask[];
}

export interface Contract {
  readonly pipeline: ContractPipeline;
  readonly reimplement: Readonly<Record<string, ContractTask>>;
  /** Upstream's that we run as they are; several where the contract has several versions. */
  readonly reference: Readonly<Record<string, ContractTask | readonly ContractTask[]>>;
}

/** How one of its users runs the pipeline. */
export interface Usage {
  readonly id: string;
  readonly pipelineRef: Readonly<Record<'resolver' | 'bundle' | 'name' | 'kind', string>>;
  /** With YAML's own booleans and numbers. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly taskRunSpecs?: readonly object[];
  readonly timeouts?: object;
  readonly labels?: Readonly<Record<string, string>>;
  readonly serviceAccountName?: string;
  readonly variations?: readonly {
    readonly params?: Readonly<Record<string, unknown>>;
    readonly without?: readonly string[];
  }[];
}

/** Undefined where ../shared is not there. */
export function readShared(name: string): string | undefined {
  const path = join(shared, 'contract', name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
