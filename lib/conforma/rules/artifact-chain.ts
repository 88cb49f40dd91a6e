import type { AttestedTask, Statement } from '../statement.ts';
import { tasksOf } from '../tasks.ts';

const ARTIFACT = /oci:.*@sha256:[0-9a-f]{64}/;

/** Trusted artifacts that a task takes: params `…_ARTIFACT`. */
export function artifactInputs({ invocation }: AttestedTask): readonly string[] {
  return Object.entries(invocation.parameters ?? {})
    .filter(([name]) => name.endsWith('_ARTIFACT'))
    .map(([, value]) => value)
    .filter((value) => typeof value === 'string')
    .filter((value) => ARTIFACT.test(value));
}

/** Trusted artifacts that a task has made: results `…_ARTIFACT`, of type string. */
export function artifactOutputs({ results }: AttestedTask): readonly string[] {
  return (results ?? [])
    .filter(({ name, type }) => name.endsWith('_ARTIFACT') && type === 'string')
    .map(({ value }) => value)
    .filter((value) => typeof value === 'string')
    .filter((value) => ARTIFACT.test(value));
}

export function usesArtifacts(statement: Statement): boolean {
  return tasksOf(statement).some((task) => artifactInputs(task).length + artifactOutputs(task).length > 0);
}

/** Names of pipeline tasks by which some came about: those, and whose artifacts they take, and so on. */
export function chainOf(statement: Statement, ends: readonly AttestedTask[]): ReadonlySet<string> {
  const tasks = tasksOf(statement);
  const chain = new Set(ends.map(({ name }) => name));
  for (const name of chain) {
    const taken = tasks.filter((task) => task.name === name).flatMap(artifactInputs);
    const makers = tasks.filter((task) => artifactOutputs(task).some((made) => taken.includes(made)));
    for (const maker of makers) chain.add(maker.name);
  }
  return chain;
}
