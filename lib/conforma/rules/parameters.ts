import type * as z from 'zod';
import { type Question, REDHAT, type Rule } from '../rule.ts';
import { textsIn } from '../rule-data.ts';
import { buildTasks, paramOf, taskName, tasksOf } from '../tasks.ts';
import { provided, Texts } from './provided.ts';

const PREFETCH = ['prefetch-dependencies', 'prefetch-dependencies-oci-ta'];
const RegExps = Texts.refine(
  (patterns) => patterns.every((pattern) => isPattern(pattern)),
  'is not a valid regular expression',
);

/** policy/release/hermetic_task, buildah_build_task and prefetch_dependencies: what tasks were given. */
export const parameters: readonly Rule[] = [
  {
    name: 'hermetic_task.hermetic',
    collections: REDHAT,
    find: ({ statements, data }) =>
      statements
        .flatMap(tasksOf)
        .filter((task) => textsIn(data.get('required_hermetic_tasks')).includes(taskName(task)))
        .filter((task) => paramOf(task, 'HERMETIC') !== 'true')
        .map((task) => `Task '${taskName(task)}' was not invoked with the hermetic parameter set`),
  },
  {
    name: 'buildah_build_task.buildah_uses_local_dockerfile',
    collections: REDHAT,
    find: (question) =>
      given(question, 'DOCKERFILE')
        .filter((file) => /^https?:\/\//.test(file))
        .map((file) => `DOCKERFILE param value (${file}) is an external source`),
  },
  {
    name: 'buildah_build_task.add_capabilities_param',
    collections: REDHAT,
    find: (question) =>
      given(question, 'ADD_CAPABILITIES')
        .filter((value) => value.trim() !== '')
        .map(() => 'ADD_CAPABILITIES parameter is not allowed'),
  },
  {
    name: 'buildah_build_task.platform_param',
    collections: REDHAT,
    find: (question) => {
      const patterns = textsIn(question.data.get('disallowed_platform_patterns')).filter(isPattern);
      return given(question, 'PLATFORM').flatMap((platform) =>
        patterns
          .filter((pattern) => new RegExp(pattern).test(platform))
          .map((pattern) => `PLATFORM parameter value "${platform}" is disallowed by regex "${pattern}"`),
      );
    },
  },
  provided('buildah_build_task.disallowed_platform_patterns_pattern', {
    disallowed_platform_patterns: RegExps as z.ZodType,
  }),
  {
    name: 'buildah_build_task.privileged_nested_param',
    collections: REDHAT,
    find: (question) =>
      given(question, 'PRIVILEGED_NESTED')
        .filter((value) => value.trim() === 'true')
        .map(() => 'setting PRIVILEGED_NESTED parameter to true is not allowed'),
  },
  {
    name: 'prefetch_dependencies.mode_not_permissive',
    collections: REDHAT,
    find: ({ statements }) =>
      statements
        .flatMap(tasksOf)
        .filter((task) => PREFETCH.includes(taskName(task)) && paramOf(task, 'mode') === 'permissive')
        .map((task) => `Task '${taskName(task)}' was invoked with the mode parameter set to permissive`),
  },
  {
    name: 'prefetch_dependencies.package_registry_proxy_enabled',
    collections: REDHAT,
    find: ({ statements }) =>
      statements
        .flatMap(tasksOf)
        .filter((task) => PREFETCH.includes(taskName(task)))
        .filter((task) => paramOf(task, 'enable-package-registry-proxy') !== 'true')
        .map((task) => `Task '${taskName(task)}' was not invoked with the package registry proxy enabled`),
  },
];

/** A param of build tasks, each value once. */
function given({ statements }: Question, name: string): readonly string[] {
  const values = statements.flatMap(buildTasks).map((task) => paramOf(task, name));
  return [...new Set(values.filter((value) => typeof value === 'string'))];
}

/** Whether the pattern is one here: Conforma's are Go's, which has no look-around. */
function isPattern(pattern: string): boolean {
  try {
    RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
