import { homedir } from 'node:os';
import { Command, CommanderError, Help, type Option } from 'commander';
import { explain, redact } from '#lib/errors';
import type { PlacedProblem } from '#lib/local';
import type { ServedPodman } from '#lib/local/podman';
import type { Paint } from '#lib/text';
import packageJson from '../../package.json' with { type: 'json' };
import { completionCommand } from './completion/completion.ts';
import { colourOption, paintFor, whenOf } from './options/colour.ts';
import { readConfigText } from './options/config-text.ts';
import { exitCodeOf } from './options/exit-codes.ts';

/** What the command line as a whole knows, and a command may need. */
interface Call {
  /** As it was given. */
  readonly argv: readonly string[];
  readonly podman: Promise<ServedPodman> | undefined;
}
type Load = (call: Call) => Promise<Command>;

/** Each is loaded when it is called, or where all are listed: what the others need costs time and memory. */
const commands: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['check', async () => (await import('./image/check.ts')).checkCommand()],
  ['render', async () => (await import('./catalog/render.ts')).renderCommand()],
  ['lint', async () => (await import('./bundle/lint.ts')).lintCommand()],
  ['schema', async () => (await import('./catalog/schema.ts')).schemaCommand()],
  ['generate', async () => (await import('./catalog/generate.ts')).generateCommand()],
  ['bundle-steps', async () => (await import('./catalog/bundle-steps.ts')).bundleStepsCommand()],
  ['init', async () => (await import('./catalog/init.ts')).initCommand()],
  ['new', async () => (await import('./catalog/new.ts')).newCommand()],
  ['publish', async () => (await import('./catalog/publish.ts')).publishCommand()],
  ['bundle', async () => (await import('./bundle/bundle.ts')).bundleCommand()],
  ['run', async (call) => (await import('./run/run.ts')).runCommand(call)],
  [
    'runs',
    async () => (await import('./runs/runs.ts')).runsCommand((argv) => runCommandLine(argv, undefined)),
  ],
  ['release', async () => (await import('./release/release.ts')).releaseCommand()],
  ['doctor', async () => (await import('./doctor/doctor.ts')).doctorCommand()],
  ['version', async () => (await import('./version.ts')).versionCommand()],
  ['compose', async () => (await import('./image/compose.ts')).composeCommand()],
  ['images', async () => (await import('./images/images.ts')).imagesCommand()],
  ['manifest', async () => (await import('./manifest/manifest.ts')).manifestCommand()],
]);

/** The whole command line, or the root with the one command that is called. */
export async function program(
  called: string | undefined,
  call: Call = { argv: [], podman: undefined },
): Promise<Command> {
  const root = new Command('bootc-catalog')
    .description(
      'Checks of bootc images, and the Tekton tasks and pipelines that build them: render, publish and run.',
    )
    .version(packageJson.version);
  const one = commands.get(called ?? '');
  // The version needs none of them.
  const needed = one ? [one] : called === '--version' || called === '-V' ? [] : commands.values();
  for (const load of needed) root.addCommand(await load(call));
  if (!one) root.addCommand(completionCommand(root));
  const paint = paintFor(process.stderr, whenOf(call.argv));
  const outPaint = paintFor(process.stdout, whenOf(call.argv));
  for (const command of everyCommand(root)) {
    if (command.commands.length === 0) command.addOption(colourOption());
    command
      .configureHelp({ optionDescription, styleTitle: (title) => outPaint('strong', title) })
      .exitOverride()
      .showHelpAfterError('(--help shows what there is)')
      // It quotes what was given.
      .configureOutput({ outputError: (text, write) => write(told(suggested(redact(text)), paint)) });
  }
  return root;
}

/**
 * Runs the command that is called and sets the exit code; an error is told once, here.
 *
 * @param podman that is starting already, for a command that starts containers
 */
export async function runCommandLine(
  argv: readonly string[],
  podman: Promise<ServedPodman> | undefined,
): Promise<void> {
  try {
    const root = await program(argv[0], { argv, podman });
    const config = readConfigText();
    const all = config ? (await import('./config-file.ts')).withConfigured(argv, root, config) : argv;
    await root.parseAsync(all, { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    // Commander has said its own errors already.
    if (!(error instanceof CommanderError)) await tell(error, paintFor(process.stderr, whenOf(argv)));
  }
}

/** What an option says of itself; that a list is empty until something is said is nothing to tell. */
function optionDescription(option: Option): string {
  return new Help()
    .optionDescription(option)
    .replace(/ ?\(default: (?:\[\]|\{\}|false)\)/, '')
    .replaceAll(homedir(), '~');
}

/** A slip is no reason to offer what cannot be undone. */
const DESTRUCTIVE = ['remove', 'rm', 'prune', 'undo'];

/** A suggestion as all hints of ours are written. */
function suggested(text: string): string {
  return text.replace(/^\(Did you mean (?<what>.+)\?\)\n?/m, (_, what: string) =>
    DESTRUCTIVE.some((word) => what.split(/\W+/).includes(word)) ? '' : `hint: did you mean ${what}?\n`,
  );
}

/** An error with the words in colour by which one finds it. */
function told(text: string, paint: Paint): string {
  return text.replace(/^error:/, paint('bad', 'error:')).replaceAll(/^hint:/gm, paint('strong', 'hint:'));
}

async function tell(error: unknown, paint: Paint): Promise<void> {
  const problems = problemsOf(error);
  if (problems.length === 0) return void process.stderr.write(told(`error: ${explain(error)}\n`, paint));
  const { annotations, tellProblems } = await import('./options/tell-problems.ts');
  process.stderr.write(told(redact(tellProblems(problems, paint)), paint));
  if (process.env.GITHUB_ACTIONS === 'true') process.stderr.write(redact(annotations(problems)));
}

/** By its shape: the class is of a layer that most commands do without. */
function problemsOf(error: unknown): readonly PlacedProblem[] {
  const isOurs = error instanceof Error && error.name === 'InvalidRunError' && 'problems' in error;
  return isOurs ? (error.problems as readonly PlacedProblem[]) : [];
}

export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
