import type { Values } from '#lib/tekton';
import type { task } from './task.ts';

/** What is set and has no effect here, as sentences for the log; PREFETCH_INPUT, which has none in Konflux, is not told. */
export function withoutEffect(params: Values<typeof task.steps.build.params>): readonly string[] {
  const { HTTP_PROXY, NO_PROXY, SBOM_SOURCE_SCAN_ENABLED, SBOM_SYFT_SELECT_CATALOGERS } = params;
  return [
    ...(params.REWRITE_TIMESTAMP && params.SOURCE_DATE_EPOCH === ''
      ? ['REWRITE_TIMESTAMP has no effect: there is no SOURCE_DATE_EPOCH']
      : []),
    ...(NO_PROXY === '' || HTTP_PROXY !== '' ? [] : ['NO_PROXY has no effect: there is no HTTP_PROXY']),
    ...(SBOM_SYFT_SELECT_CATALOGERS === ''
      ? []
      : ['SBOM_SYFT_SELECT_CATALOGERS has no effect: the SBOM is not made by syft']),
    ...(SBOM_SOURCE_SCAN_ENABLED ? ['the SBOM is of the image alone: the source is not scanned'] : []),
  ];
}
