/** How an embedded registry is started. */
export interface RegistryOptions {
  /** Where blobs are kept; without it in a temporary folder that `stop` removes. */
  readonly storage?: string;
  /** Without it the system picks a free one. */
  readonly port?: number;
  /** The program, where it is not the one on PATH. */
  readonly program?: string;
  /** Lines of an htpasswd file with bcrypt hashes; without it everybody may read and write. */
  readonly htpasswd?: string;
  /** PEM files; without them it speaks plain http. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Merged into the top level of distribution's configuration file. */
  readonly extra?: Readonly<Record<string, unknown>>;
}
