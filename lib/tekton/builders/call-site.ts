/** The file and line that a definition stands in, for what is said against it: the caller of whoever calls this. */
export function callSite(): string | undefined {
  const frame = (new Error().stack ?? '').split('\n')[3] ?? '';
  const { url, path } = /(?<url>file:\/\/)?(?<path>\/[^()]+:\d+):\d+\)?$/.exec(frame)?.groups ?? {};
  return url !== undefined && path !== undefined ? decodeURI(path) : path;
}
