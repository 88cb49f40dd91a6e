/**
 * `$(VAR)` from a container's environment, `$$` as an escaped `$`; what is unknown stays
 * (k8s.io/kubernetes third_party/forked/golang/expansion).
 */
export function expand(text: string, environment: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, what: string, name: string | undefined) =>
    what === '$' ? '$' : (environment.get(name ?? '') ?? whole),
  );
}
