// Which files of tests need a process of their own. All others run one after the other in one that is used again: what
// they import is loaded once there, which takes more than half of the time of most of them.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** A file changes its process for good, or counts what its process has: time, memory, children, handles. */
const changes =
  /vi\.(?:stub|spyOn|useFakeTimers|resetModules)|delete process\.env|process\.(?:env\.\w+ = |chdir|on\(|once\()/;
const counts = /cpuUsage|memoryUsage|resourceUsage|getActiveResources|listenerCount|global\.gc|\/proc\/|ppid/;

export function needOwnProcess(exclude: readonly string[]): string[] {
  return globSync('**/*.test.ts', { cwd: root, exclude: exclude.map((folder) => `${folder}/**`) }).filter(
    (file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return changes.test(text) || counts.test(text);
    },
  );
}
