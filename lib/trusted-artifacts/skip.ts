import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A directory that holds this file is neither packed nor replaced (build-trusted-artifacts, create-oci.sh, use-oci.sh). */
export const SKIP_FILE = '.skip-trusted-artifacts';

/** A step's log, as far as it is needed here. */
export interface ArtifactLog {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

export function hasSkipFile(directory: string): boolean {
  return existsSync(join(directory, SKIP_FILE));
}
