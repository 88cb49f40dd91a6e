import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { defaultRunsDirectory, readRun } from '#lib/local';
import { findProgram } from '#lib/process';
import { runPicture } from '#lib/runs';
import { printable } from '#lib/text';
import { directory } from '../options/arguments.ts';

export function openCommand(): Command {
  return new Command('open')
    .description('Open the page of a run in the browser, and print where it is.')
    .argument('[run]', 'which run; the last one unless told')
    .option('--runs-directory <directory>', 'where runs are kept', directory, defaultRunsDirectory())
    .option('--print', 'print where the page is, and open nothing', false)
    .addHelpText(
      'after',
      `
The browser is that of $BROWSER, or the desktop's own (xdg-open, open). Without a desktop the page is only named.

Examples:
  bootc-catalog runs open
  bootc-catalog runs open bootc-compose-run-x2k4p --print`,
    )
    .action(
      async (
        name: string | undefined,
        { runsDirectory, print }: { readonly runsDirectory: string; readonly print: boolean },
      ) => {
        const stored = await readRun(runsDirectory, name);
        const page = join(stored.summary.directory, 'run.html');
        // One that goes on, or was killed, has none that is up to date.
        if (!stored.run) await writeFile(page, await runPicture(stored));
        process.stdout.write(`${printable(page, 1_000)}\n`);
        const browser = print ? undefined : await findBrowser(process.env);
        if (browser !== undefined) await openWith(browser, page);
      },
    );
}

/** Undefined where nobody could see what it shows. */
async function findBrowser({
  BROWSER,
  DISPLAY,
  WAYLAND_DISPLAY,
}: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (BROWSER) return BROWSER;
  if (process.platform === 'darwin') return 'open';
  return DISPLAY || WAYLAND_DISPLAY ? findProgram('xdg-open') : undefined;
}

/** It lives on without us. */
async function openWith(browser: string, page: string): Promise<void> {
  const child = spawn(browser, [page], { stdio: 'ignore', detached: true });
  await Promise.race([once(child, 'spawn'), once(child, 'error')]);
  child.unref();
}
