import type { Case } from './case.ts';
import { commit, drop, hex, repository, taskOf, tell, url } from './good-run.ts';

export const casesOfProvenance: readonly Case[] = [
  {
    rule: 'attestation_type.known_attestation_type',
    run: (run) => {
      run._type = 'https://example.com/Statement';
    },
    says: "'https://example.com/Statement'",
  },
  {
    rule: 'attestation_type.known_attestation_types_provided',
    ruleData: { known_attestation_types: 'all' },
    says: 'known_attestation_types has unexpected format',
  },
  {
    rule: 'attestation_type.pipelinerun_attestation_found',
    run: (run) => {
      run.predicate.buildType = 'tekton.dev/v1/TaskRun';
    },
    says: 'Missing pipelinerun attestation',
  },
  {
    rule: 'slsa_build_build_service.slsa_builder_id_found',
    run: (run) => {
      run.predicate.builder = {};
    },
    says: 'Builder ID not set',
  },
  {
    rule: 'slsa_build_build_service.slsa_builder_id_accepted',
    run: (run) => {
      run.predicate.builder.id = 'https://example.com/me';
    },
    says: '"https://example.com/me" is unexpected',
  },
  {
    rule: 'slsa_build_build_service.allowed_builder_ids_provided',
    ruleData: { allowed_builder_ids: [] },
    says: 'there is none',
  },
  {
    rule: 'slsa_build_scripted_build.build_script_used',
    run: (run) => {
      taskOf(run, 'build-images').steps = [];
    },
    says: '"build-images" does not contain any steps',
  },
  {
    rule: 'slsa_build_scripted_build.build_task_image_results_found',
    run: (run) => {
      drop(run, 'build-images');
      drop(run, 'build-image-index');
    },
    says: 'Build task not found',
  },
  {
    rule: 'slsa_build_scripted_build.subject_build_task_matches',
    run: (run) => {
      run.subject.push({ name: 'quay.io/fedora/other', digest: { sha256: hex('9') } });
    },
    says: `"quay.io/fedora/other@sha256:${hex('9')}"`,
  },
  {
    rule: 'slsa_build_scripted_build.image_built_by_trusted_task',
    evidence: { image: `${repository}@sha256:${hex('8')}` },
    says: 'No Pipeline Tasks built the image',
  },
  {
    rule: 'slsa_provenance_available.attestation_predicate_type_accepted',
    ruleData: { allowed_predicate_types: ['https://slsa.dev/provenance/v1'] },
    says: 'https://slsa.dev/provenance/v0.2',
  },
  {
    rule: 'slsa_provenance_available.allowed_predicate_types_provided',
    ruleData: { allowed_predicate_types: [1] },
    says: 'allowed_predicate_types.0',
  },
  {
    rule: 'slsa_source_correlated.source_code_reference_provided',
    evidence: { source: undefined as never },
    says: 'was not provided',
  },
  {
    rule: 'slsa_source_correlated.attested_source_code_reference',
    run: (run) => {
      run.predicate.materials[0] = { uri: 'https://example.com/r', digest: { sha1: commit } };
    },
    says: 'no source code reference',
  },
  {
    rule: 'slsa_source_correlated.expected_source_code_reference',
    evidence: { source: { url, revision: 'd'.repeat(40) } },
    says: 'is not attested',
  },
  {
    rule: 'slsa_source_correlated.rule_data_provided',
    ruleData: { supported_vcs: 'git' },
    says: 'supported_vcs',
  },
  {
    rule: 'slsa_source_version_controlled.materials_format_okay',
    run: (run) => {
      run.predicate.materials = [{ uri: 'oci://quay.io/a/b', digest: { sha256: hex('f') } }];
    },
    says: 'No materials',
  },
  {
    rule: 'slsa_source_version_controlled.materials_uri_is_git_repo',
    run: (run) => {
      run.predicate.materials.push({ uri: 'https://example.com/x', digest: { sha1: commit } });
    },
    says: '"https://example.com/x"',
  },
  {
    rule: 'slsa_source_version_controlled.materials_include_git_sha',
    run: (run) => {
      run.predicate.materials.push({ uri: 'git+https://example.com/x.git', digest: { sha1: 'main' } });
    },
    says: '"main"',
  },
  {
    rule: 'provenance_materials.git_clone_task_found',
    run: (run) => tell(run, 'clone-repository', 'commit', ' '),
    says: 'git-clone not found',
  },
  {
    rule: 'provenance_materials.git_clone_source_matches_provenance',
    run: (run) => tell(run, 'clone-repository', 'url', 'https://example.com/other'),
    says: 'git+https://example.com/other.git',
  },
];
