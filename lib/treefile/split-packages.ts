/**
 * The packages of an entry: words between blanks, and what stands in single quotes as it is, such as `'podman >= 4.1'`
 * (rpm-ostree, `split_whitespace_unless_quoted`).
 *
 * @returns undefined where a quote does not end
 */
export function splitPackages(entry: string): readonly string[] | undefined {
  const parts = entry.split("'");
  if (parts.length % 2 === 0) return undefined;
  return parts.flatMap((part, index) =>
    index % 2 === 1 ? [part] : part.split(/\s+/).filter((word) => word !== ''),
  );
}
