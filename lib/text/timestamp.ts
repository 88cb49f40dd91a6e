/** UTC in whole seconds, as SPDX (2.3, 6.9), in-toto ("Timestamp") and Kubernetes (metav1.Time) write a time. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
