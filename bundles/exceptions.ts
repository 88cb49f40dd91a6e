import type { TaskDefinition } from '#lib/tekton';
import { task as bootcLint } from '../tasks/bootc-lint/task.ts';
import { task as buildahBootc } from '../tasks/buildah-bootc/task.ts';
import { task as buildahRemote } from '../tasks/buildah-remote-oci-ta/task.ts';
import { task as prefetchDependencies } from '../tasks/prefetch-dependencies-oci-ta/task.ts';

/** A step that does not fit Pod Security "restricted", or may write into its root. */
export interface Exception {
  readonly task: string;
  readonly step: string;
  /** The rules that it breaks, no more and no fewer; by the fields of a security context. */
  readonly breaks: readonly string[];
  readonly why: string;
}

/** Every one of the catalog; a test holds the rendered tasks against it. */
export const exceptions: readonly Exception[] = [
  {
    task: 'buildah-bootc',
    step: 'build',
    breaks: ['capabilities', 'runAsNonRoot', 'runAsUser', 'seccompProfile'],
    why: reasonOf(buildahBootc.definition, 'build'),
  },
  {
    task: 'buildah-remote-oci-ta',
    step: 'build',
    breaks: ['capabilities', 'runAsNonRoot', 'runAsUser', 'seccompProfile'],
    why: reasonOf(buildahRemote.definition, 'build'),
  },
  {
    task: 'bootc-lint',
    step: 'lint',
    breaks: ['runAsNonRoot'],
    why: reasonOf(bootcLint.definition, 'lint'),
  },
  {
    task: 'prefetch-dependencies-oci-ta',
    step: 'prefetch-dependencies',
    breaks: ['capabilities', 'readOnlyRootFilesystem', 'runAsNonRoot'],
    why: reasonOf(prefetchDependencies.definition, 'prefetch-dependencies'),
  },
];

/** As its definition gives it, and so the README of the task. */
function reasonOf({ steps }: Pick<TaskDefinition['definition'], 'steps'>, name: string): string {
  return steps[name]?.privileges?.why ?? '';
}
