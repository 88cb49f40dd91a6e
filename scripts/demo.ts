// `make demo`: from composes to production on this machine, and what must be held back, all of it or one image.
import { join } from 'node:path';
import { explain } from '#lib/errors';
import { run } from '#lib/process';
import { problems, verdicts } from './demo/judge.ts';
import { openPlace, root } from './demo/place.ts';
import { type Outcome, runScenario } from './demo/scenario.ts';
import { quick, scenarios } from './demo/scenarios.ts';
import { screenSink } from './demo/screen.ts';

const started = performance.now();
const graceful = new AbortController();
const hard = new AbortController();
const onSignal = () => (graceful.signal.aborted ? hard : graceful).abort();
process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
const say = (message: string) => process.stdout.write(`${since().padStart(6)} s  ${message}\n`);

try {
  const built = run(process.execPath, [join(root, 'scripts/build-steps.ts')], {
    signal: hard.signal,
    output: (line) => say(line),
  });
  // Both run at once: each takes a second or two, and the pipeline waits for both.
  const [place] = await Promise.all([openPlace(hard.signal, say), built]);
  await using _ = place;
  const outcomes: Outcome[] = [];
  const chosen = process.env.DEMO === 'quick' ? quick : scenarios;
  for (const [index, scenario] of chosen.entries()) {
    say(`── ${scenario.name} ──`);
    const sink = screenSink();
    const signals = { signal: hard.signal, gracefulSignal: graceful.signal };
    outcomes.push(await runScenario(scenario, { place, index, sink, ...signals, progress: say }));
    if (graceful.signal.aborted) break;
  }
  const wrong = outcomes.flatMap((outcome) =>
    problems(outcome).map((problem) => `${outcome.scenario.name}: ${problem}`),
  );
  process.stdout.write(`\n${verdicts(outcomes)}\n\n`);
  for (const { scenario, result } of outcomes)
    process.stdout.write(`${scenario.name}: ${join(result.directory, 'run.html')}\n`);
  process.stdout.write(`bin/bootc-catalog runs list --runs-directory ${place.directory}\n\n`);
  say(`done; logs and reports are in ${place.directory}`);
  for (const problem of wrong) process.stderr.write(`error: ${problem}\n`);
  process.exitCode = graceful.signal.aborted ? 130 : wrong.length > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`error: ${explain(error)}\n`);
  process.exitCode = hard.signal.aborted ? 130 : 1;
} finally {
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
}

function since(): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}
