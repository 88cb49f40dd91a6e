/**
 * Limits on what is kept and told of an image's own words; lib/rootfs, lib/oci and lib/rpm limit what it may cost to
 * read one.
 */
export const limits = {
  /** Findings of one check that a report has; an image can make any number of them. */
  findings: 1_000,
  /** Findings of one check that a log tells. */
  told: 5,
  /** Characters of a finding that a report has: more than any path. */
  message: 5_000,
  /** Characters of a finding that a log tells. */
  line: 500,
  /** Characters of a finding in a report for a page or a program of others. */
  text: 1_000,
  /** Characters of the name of an architecture. */
  arch: 40,
} as const;
