import type { Case } from './case.ts';
import { drop, give, hex, ours, taskOf, tell, trust, untrust } from './good-run.ts';

export const casesOfTasks: readonly Case[] = [
  {
    rule: 'tasks.pipeline_required_tasks_list_provided',
    data: { 'pipeline-required-tasks': {} },
    says: 'do not exist for pipeline',
  },
  {
    rule: 'tasks.future_required_tasks_found',
    data: {
      'pipeline-required-tasks': {
        docker: [
          { effective_on: '2025-01-01T00:00:00Z', tasks: ['init'] },
          { effective_on: '2027-01-01T00:00:00Z', tasks: ['init', 'later'] },
        ],
      },
    },
    says: '"later"',
  },
  {
    rule: 'tasks.pipeline_has_tasks',
    run: (run) => {
      run.predicate.buildConfig.tasks = [];
    },
    says: 'No tasks found',
  },
  {
    rule: 'tasks.successful_pipeline_tasks',
    run: (run) => {
      taskOf(run, 'init').status = 'Failed';
    },
    says: '"init" did not complete successfully, "Failed"',
  },
  {
    rule: 'tasks.required_tasks_found',
    run: (run) => drop(run, 'clamav-scan'),
    says: '"clamav-scan" is missing',
  },
  {
    rule: 'tasks.required_untrusted_task_found',
    run: (run) => untrust(run, 'init'),
    says: '"init" is required and present but not from a trusted task',
  },
  {
    rule: 'tasks.required_tasks_list_provided',
    data: { 'pipeline-required-tasks': {} },
    says: 'Missing required',
  },
  {
    rule: 'tasks.pinned_task_refs',
    run: (run) => {
      taskOf(run, 'init').ref = { name: 'init', kind: 'Task' };
    },
    says: 'Task init is used by pipeline task init via an unpinned reference',
  },
  {
    rule: 'tasks.unsupported',
    run: (run) => {
      taskOf(run, 'init').invocation.environment.annotations = {
        'build.appstudio.redhat.com/expires-on': '2026-01-01T00:00:00Z',
      };
    },
    says: 'unsupported as of 2026-01-01T00:00:00Z',
  },
  {
    rule: 'trusted_task.tagged',
    run: (run) => {
      taskOf(run, 'init').ref = { bundle: `${ours}/task-init@sha256:${hex('d')}`, name: 'init' };
    },
    says: 'untagged',
  },
  {
    rule: 'trusted_task.pinned',
    run: (run) => {
      taskOf(run, 'init').ref = { bundle: `${ours}/task-init:0.4`, name: 'init' };
    },
    says: 'unpinned',
  },
  {
    rule: 'trusted_task.future_deny_rule',
    ruleData: trust({
      deny: { later: [{ pattern: `oci://${ours}/task-init`, effective_on: '2027-01-01T00:00:00Z' }] },
    }),
    says: 'from 2027-01-01T00:00:00Z on',
  },
  {
    rule: 'trusted_task.trusted',
    run: (run) => untrust(run, 'clone-repository'),
    says: '"clone-repository" is of an untrusted task',
  },
  {
    rule: 'trusted_task.trusted_parameters',
    run: (run) => give(run, 'build-images', 'BUILD_ARGS', [`FROM=quay.io/a/b@sha256:${hex('7')}`]),
    says: `"BUILD_ARGS" parameter of the "build-images" PipelineTask includes an untrusted digest: sha256:${hex('7')}`,
  },
  {
    rule: 'trusted_task.valid_trusted_artifact_inputs',
    run: (run) => give(run, 'build-images', 'SOURCE_ARTIFACT', `oci:quay.io/a/b@sha256:${hex('7')}`),
    says: 'No task of the pipeline has produced the artifact',
  },
  {
    rule: 'trusted_task.data',
    ruleData: { trusted_task_rules_enabled: false },
    says: 'trusted_task_rules_enabled',
  },
  {
    rule: 'trusted_task.data_format',
    ruleData: { trusted_task_rules: { allow: { x: [{ pattern: 'quay.io/a' }] } } },
    says: 'trusted_task_rules',
  },
  {
    rule: 'hermetic_task.hermetic',
    run: (run) => give(run, 'build-images', 'HERMETIC', 'false'),
    says: "'buildah-remote-oci-ta'",
  },
  {
    rule: 'buildah_build_task.buildah_uses_local_dockerfile',
    run: (run) => give(run, 'build-images', 'DOCKERFILE', 'https://example.com/Containerfile'),
    says: 'external source',
  },
  {
    rule: 'buildah_build_task.add_capabilities_param',
    run: (run) => give(run, 'build-images', 'ADD_CAPABILITIES', 'SYS_ADMIN'),
    says: 'ADD_CAPABILITIES',
  },
  {
    rule: 'buildah_build_task.platform_param',
    run: (run) => give(run, 'build-images', 'PLATFORM', 'linux-root/arm64'),
    says: '"linux-root/arm64" is disallowed',
  },
  {
    rule: 'buildah_build_task.disallowed_platform_patterns_pattern',
    ruleData: { disallowed_platform_patterns: ['('] },
    says: 'not a valid regular expression',
  },
  { rule: 'buildah_build_task.privileged_nested_param', says: 'PRIVILEGED_NESTED' },
  {
    rule: 'prefetch_dependencies.mode_not_permissive',
    run: (run) => give(run, 'prefetch-dependencies', 'mode', 'permissive'),
    says: 'permissive',
  },
  {
    rule: 'prefetch_dependencies.package_registry_proxy_enabled',
    run: (run) => give(run, 'prefetch-dependencies', 'enable-package-registry-proxy', 'false'),
    says: 'package registry proxy',
  },
  {
    rule: 'test.no_failed_informative_tests',
    run: (run) => tell(run, 'sast-shell-check', 'TEST_OUTPUT', '{"result":"FAILURE"}'),
    says: '"sast-shell-check-oci-ta"',
  },
  {
    rule: 'test.no_test_warnings',
    run: (run) => tell(run, 'clair-scan', 'TEST_OUTPUT', '{"result":"SUCCESS","warnings":1}'),
    says: '"clair-scan"',
  },
  {
    rule: 'test.test_data_found',
    run: (run) => {
      for (const task of run.predicate.buildConfig.tasks)
        task.results = task.results.filter(({ name }) => name !== 'TEST_OUTPUT');
    },
    says: 'No test data found',
  },
  {
    rule: 'test.test_results_found',
    run: (run) => tell(run, 'clair-scan', 'TEST_OUTPUT', 'no JSON'),
    says: 'without results',
  },
  {
    rule: 'test.test_results_known',
    run: (run) => tell(run, 'clair-scan', 'TEST_OUTPUT', '{"result":"GOOD"}'),
    says: '"GOOD"',
  },
  {
    rule: 'test.no_failed_tests',
    run: (run) => tell(run, 'clair-scan', 'TEST_OUTPUT', '{"result":"SUCCESS","failures":1}'),
    says: '"clair-scan" reports a failed test',
  },
  {
    rule: 'test.no_erred_tests',
    run: (run) => tell(run, 'clair-scan', 'TEST_OUTPUT', '{"result":"ERROR"}'),
    says: 'a test erred',
  },
  {
    rule: 'test.no_skipped_tests',
    run: (run) => tell(run, 'clair-scan', 'TEST_OUTPUT', '{"result":"SKIPPED"}'),
    says: 'was skipped',
  },
  { rule: 'test.rule_data_provided', ruleData: { informative_tests: 'all' }, says: 'informative_tests' },
  {
    rule: 'test.test_all_images',
    run: (run) => tell(run, 'clair-scan', 'IMAGES_PROCESSED', '{"image":{"digests":[]}}'),
    says: "Test 'clair-scan' did not process",
  },
];
