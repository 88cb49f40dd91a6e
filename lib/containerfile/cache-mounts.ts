const writable: readonly string[] = ['rw', 'readwrite'];

/** Whether a flag of RUN is a cache mount that says that it may be written, as all of them may. */
export function isWritableCache(flag: string): boolean {
  return cacheOptions(flag)?.some((one) => writable.includes(one)) === true;
}

/** The same flag without these words. */
export function withoutWritable(flag: string): string {
  const options = cacheOptions(flag);
  return options === undefined
    ? flag
    : `--mount=${options.filter((one) => !writable.includes(one)).join(',')}`;
}

/** Options of a cache mount; undefined for any other flag. */
function cacheOptions(flag: string): readonly string[] | undefined {
  const options = /^--mount=(.*)$/s.exec(flag)?.[1]?.split(',') ?? [];
  return options.includes('type=cache') ? options : undefined;
}
