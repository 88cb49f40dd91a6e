/**
 * The other rules of @slsa3 and @redhat (conforma/policy 7211d032), by package or rule, and why they are not held here.
 */
export const leftOut: Readonly<Record<string, string>> = {
  'attestation_type.deprecated_policy_attestation_format': 'asks the version of `ec` and nothing of the run',
  cve: 'reads reports of clair-scan, whose image and database only a cluster has',
  'labels.inaccessible_config': 'an image that cannot be read is an error here before any rule is asked',
  'labels.inaccessible_manifest': 'an image that cannot be read is an error here before any rule is asked',
  'labels.inaccessible_parent_manifest': 'one with inaccessible_parent_config here',
  olm: 'is about bundles of operators',
  pre_build_script_task: 'is about the task run-script-oci-ta, which our pipeline does not have',
  rpm_ostree_task: 'is about the task rpm-ostree, which our pipeline does not have',
  'sbom.disallowed_packages_provided': 'is about the form of lists that Fedora does not give',
  sbom_cyclonedx: 'is about CycloneDX: our SBOMs are in SPDX unless SBOM_TYPE says otherwise',
  'sbom_spdx.allowed_package_external_references': 'is about lists that Fedora does not give',
  'sbom_spdx.disallowed_package_external_references': 'is about lists that Fedora does not give',
  'sbom_spdx.allowed_proxy_urls': 'is about registries of npm, PyPI and Maven, and no RPMs',
  'sbom_spdx.proxy_metadata_required': 'is about registries of npm, PyPI and Maven, and no RPMs',
  'sbom_spdx.experimental_hermeto_backend': 'is about backends of hermeto, which reads no RPMs here',
  schedule: 'asks what day it is',
  'source_image.signed': 'needs the key by which the cluster signs',
  'tasks.data_provided': 'data that is not of its form is an error here before any rule is asked',
  test_attestation:
    'is about test results that are attached to an image, as sanity-check does it; it takes them only with provenance that Tekton Chains has signed for each',
  'trusted_task.current': 'is about the list of bundles by digest that trusted_task_rules took the place of',
  volatile_config: 'is about exceptions that expire, which a policy here may not have',
};
