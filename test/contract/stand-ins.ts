import { readUpstream } from '#lib/catalog';
import { defineExternalTask, type Task, toYaml } from '#lib/tekton';
import type { Contract } from './contract.ts';

/**
 * Stand-ins for upstream's tasks, which no registry has here: the interface of bundles/upstream.yaml and the names of
 * their steps. A plan runs none of them.
 *
 * @param text of bundles/upstream.yaml
 */
export function standIns(text: string, { reimplement, reference }: Contract): string {
  return toYaml(
    readUpstream(text, 'bundles/upstream.yaml').map((upstream): Task => {
      const { object, name } = defineExternalTask(upstream);
      const [known] = [reimplement[name] ?? reference[name] ?? []].flat();
      const steps = (known?.steps ?? []).map((step) => ({
        name: step.name,
        image: 'stand-in',
        script: 'exit 1',
      }));
      return { ...object, spec: { ...object.spec, steps } };
    }),
  );
}
