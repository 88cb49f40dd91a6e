import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Answer, OnBreak } from '#lib/local';
import type { BreakpointReached } from '#lib/runs';
import type { SharedOutput } from './shared-output.ts';

/** Opens a shell where a run has stopped, and asks afterwards what is to become of the step; one at a time. */
export function breakShell(output: SharedOutput): OnBreak {
  let last: Promise<unknown> = Promise.resolve();
  return (reached, over) => {
    const answer = last.then(() => look(reached, over, output));
    last = answer.catch(() => undefined);
    return answer;
  };
}

async function look(
  reached: BreakpointReached,
  over: AbortSignal,
  output: SharedOutput,
): Promise<Answer | undefined> {
  if (over.aborted) return undefined;
  const giveBack = output.take();
  try {
    for (;;) {
      await openShell(reached.shell);
      const answer = await ask(questionFor(reached), over);
      if (answer !== 'again') return answer;
    }
  } finally {
    giveBack();
  }
}

/** In our own process group, unlike any other program: only there can it have the terminal. */
async function openShell([program = '', ...args]: readonly string[]): Promise<void> {
  await once(spawn(program, args, { stdio: 'inherit' }), 'close');
}

function questionFor({ task, step, at }: BreakpointReached): string {
  const goOn = at === 'before' ? 'run it' : 'go on as if it had not failed';
  return `${task}/${step}: (c)ontinue: ${goOn}, (f)ail, or (s)hell again? `;
}

const answers: Readonly<Record<string, Answer | 'again'>> = {
  c: 'continue',
  continue: 'continue',
  f: 'fail',
  fail: 'fail',
  s: 'again',
  shell: 'again',
};

/** Undefined where nobody needs the answer any more; the end of the input is a no. */
async function ask(question: string, over: AbortSignal): Promise<Answer | 'again' | undefined> {
  // No terminal of its own, so that Ctrl-C stays a signal.
  const reader = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  const ended = once(reader, 'close').then(() => 'fail');
  try {
    for (;;) {
      const text = await Promise.race([reader.question(question, { signal: over }), ended]);
      const answer = answers[text.trim().toLowerCase()];
      if (answer) return answer;
    }
  } catch (error) {
    if (over.aborted) return undefined;
    throw error;
  } finally {
    reader.close();
  }
}
