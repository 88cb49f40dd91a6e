/** As SPDX (2.3, 6.9) and in-toto ("Timestamp") want it: UTC, in whole seconds. */
export function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
