import type { Case } from './case.ts';
import {
  base,
  commit,
  goodEvidence,
  goodStatement,
  hex,
  rpm,
  sbomUrl,
  spdx,
  taskOf,
  tell,
} from './good-run.ts';

export const casesOfImage: readonly Case[] = [
  {
    rule: 'base_image_registries.base_image_permitted',
    evidence: { sboms: [spdx(base('docker.io/library/debian'))] },
    says: `docker.io/library/debian@sha256:${hex('e')}`,
  },
  {
    rule: 'base_image_registries.base_image_info_found',
    evidence: { sboms: [] },
    says: 'Base images information is missing',
  },
  {
    rule: 'base_image_registries.allowed_registries_provided',
    ruleData: { allowed_registry_prefixes: [] },
    says: 'there is none',
  },
  { rule: 'sbom.found', evidence: { sboms: [], isIndex: false }, says: 'No SBOM' },
  {
    rule: 'sbom_spdx.valid',
    evidence: {
      sboms: [
        { ...spdx(), creationInfo: {} },
        { ...spdx(), packages: [{ name: 'a' }] },
      ],
    },
    says: 'SPDX SBOM at index 1 is not valid: packages.0.SPDXID',
  },
  {
    rule: 'sbom_spdx.allowed_package_sources',
    evidence: { sboms: [spdx(rpm('a', 'pkg:rpm/a@1-1?download_url=https://example.com/a.rpm'))] },
    says: 'https://example.com/a.rpm, which is not allowed',
  },
  {
    rule: 'sbom_spdx.disallowed_package_attributes',
    ruleData: { disallowed_attributes: [{ name: 'a', value: 'b' }] },
    says: 'has the attribute "a"',
  },
  {
    rule: 'sbom_spdx.allowed',
    ruleData: { disallowed_packages: [{ purl: 'pkg:rpm/fedora/bash', format: 'semver', min: '1' }] },
    says: 'pkg:rpm/fedora/bash@5-1',
  },
  {
    rule: 'rpm_repos.rule_data_provided',
    ruleData: { known_rpm_repositories: [] },
    says: 'known_rpm_repositories',
  },
  {
    rule: 'rpm_repos.ids_known',
    evidence: { sboms: [spdx(rpm('a', 'pkg:rpm/a@1-1?repository_id=copr'))] },
    says: 'unknown repository',
  },
  {
    rule: 'rpm_repos.ids_known',
    evidence: { sboms: [spdx(rpm('a', 'pkg:rpm/a@1-1?arch=x86_64'))] },
    says: 'has no repository_id',
  },
  {
    rule: 'rpm_signature.allowed',
    run: (run) => tell(run, 'rpms-signature-scan', 'RPMS_DATA', '{"keys":{"unsigned":2}}'),
    says: '"unsigned"',
  },
  {
    rule: 'rpm_signature.result_format',
    run: (run) => tell(run, 'rpms-signature-scan', 'RPMS_DATA', '[]'),
    says: 'unexpected format',
  },
  {
    rule: 'rpm_signature.rule_data_provided',
    ruleData: { allowed_rpm_signature_keys: ['key'] },
    says: 'a key that is none',
  },
  {
    rule: 'rpm_packages.unique_version',
    run: (run) => {
      const other = structuredClone(taskOf(run, 'build-images'));
      other.invocation.parameters.PLATFORM = 'linux/arm64';
      run.predicate.buildConfig.tasks.push(other);
      tell(run, 'build-images', 'SBOM_BLOB_URL', 'other');
    },
    evidence: {
      sbomBlobs: new Map([
        [sbomUrl, spdx(rpm('a', 'pkg:rpm/fedora/a@1-1?distro=fedora-44', false))],
        ['other', spdx(rpm('a', 'pkg:rpm/fedora/a@2-1?distro=fedora-44', false))],
      ]),
    },
    says: 'linux/arm64 has 1-1',
  },
  {
    rule: 'labels.optional_labels',
    ruleData: { optional_labels: [{ name: 'summary', description: 'd' }] },
    says: '"summary"',
  },
  {
    rule: 'labels.deprecated_labels',
    ruleData: { deprecated_labels: [{ name: 'vcs-ref', replacement: 'other' }] },
    says: 'replace with "other"',
  },
  { rule: 'labels.required_labels', evidence: { labels: {} }, says: '"containers.bootc" label is missing' },
  {
    rule: 'labels.required_labels',
    evidence: { labels: { ...goodEvidence(goodStatement()).labels, 'containers.bootc': 'yes' } },
    says: 'is "yes" and not one of: 1',
  },
  {
    rule: 'labels.disallowed_inherited_labels',
    evidence: { parent: { reference: 'quay.io/a/b', labels: { 'vcs-ref': commit } } },
    says: '"vcs-ref"',
  },
  {
    rule: 'labels.inaccessible_parent_config',
    evidence: { parent: { reference: 'quay.io/a/b', labels: null } },
    says: 'quay.io/a/b',
  },
  { rule: 'labels.rule_data_provided', ruleData: { required_labels: ['name'] }, says: 'required_labels.0' },
  {
    rule: 'quay_expiration.expires_label',
    ruleData: { pipeline_intention: 'release' },
    evidence: { labels: { 'quay.expires-after': '5d' } },
    says: 'quay.expires-after',
  },
  { rule: 'source_image.exists', says: 'No source image references found' },
];
