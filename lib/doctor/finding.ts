/** Something of this machine that was looked at. */
export interface Finding {
  /** Such as podman or emulation. */
  readonly name: string;
  /** A warning is of something that not everybody needs; a failure of what every run does. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What mends it, where something has to be. */
  readonly mend?: string;
}

export function ok(name: string, found: string): Finding {
  return { name, status: 'ok', found };
}

export function warn(name: string, found: string, mend: string): Finding {
  return { name, status: 'warn', found, mend };
}

export function fail(name: string, found: string, mend: string): Finding {
  return { name, status: 'fail', found, mend };
}
