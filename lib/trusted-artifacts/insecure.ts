/** Whether ORAS_OPTIONS, by which users of Konflux' tasks reach a registry without TLS, lets the store do without. */
export function isInsecure(orasOptions = process.env.ORAS_OPTIONS ?? ''): boolean {
  const words = orasOptions.split(/\s+/);
  return words.includes('--plain-http') || words.includes('--insecure');
}
