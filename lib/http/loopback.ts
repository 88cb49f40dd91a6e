/** Whether a host's name, as a URL has it, is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|(?:[^.]+\.)*localhost|127(?:\.\d+){3}|\[::1\])$/i.test(hostname);
}
