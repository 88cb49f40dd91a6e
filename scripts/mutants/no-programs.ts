import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

let isStarted = false;

/** Makes sure that from now on nothing in this process can start a program. */
export function forbidPrograms(): void {
  for (const name of [
    'spawn',
    'spawnSync',
    'exec',
    'execSync',
    'execFile',
    'execFileSync',
    'fork',
  ] as const) {
    Object.assign(childProcess, {
      [name]: () => {
        isStarted = true;
        throw new Error(`${name}: a test that is to notice mutants starts no program`);
      },
    });
  }
  syncBuiltinESMExports();
}

/** Whether something has tried to since this was asked last. */
export function hasStarted(): boolean {
  const was = isStarted;
  isStarted = false;
  return was;
}
