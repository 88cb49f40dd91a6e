/** Those of the options of a mount that nobody below may leave out when it is mounted again. */
const LOCKED = ['nosuid', 'nodev', 'noexec'];

/**
 * Options that a mount of this directory has in another user namespace and has to keep there (mount_namespaces(7),
 * "Restrictions on mount namespaces").
 *
 * @param mounts /proc/self/mountinfo
 */
export function lockedFlags(path: string, mounts: string): readonly string[] {
  let best = { point: '', options: '' };
  for (const line of mounts.split('\n')) {
    const [, , , , escaped = '', options = ''] = line.split(' ');
    // Octal for space, tab, newline and backslash (proc_pid_mountinfo(5)).
    const point = escaped.replace(/\\(\d{3})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    );
    const holds = point === '/' || path === point || path.startsWith(`${point}/`);
    // The later one of two at one point lies on top.
    if (point !== '' && holds && point.length >= best.point.length) best = { point, options };
  }
  return best.options.split(',').filter((option) => LOCKED.includes(option));
}
