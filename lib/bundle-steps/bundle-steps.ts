import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BuildOptions, Message, Plugin } from 'esbuild';
import { ExpectedError } from '#lib/errors';
import { STEP_DIRECTORY } from '#lib/tekton';

/** A step of a catalog: its name in the image (`<task>/<step>`) and its source. */
export interface StepSource {
  readonly name: string;
  readonly file: string;
}

export interface Bundles {
  /** The files whose code is in a bundle, relative to the root. */
  readonly inputs: readonly string[];
  /** Where the first run of each step leaves its compiled code, relative to the output. */
  readonly caches: ReadonlyMap<StepSource, string>;
}

export interface BundleStepsOptions {
  /** What sources import is looked up from here, and paths in messages are relative to it. */
  readonly root: string;
  /** Module whose `runStep` runs a step. */
  readonly runner?: string;
  /** Where the image keeps the steps, and Node beside them; `/usr/libexec/bootc-catalog` by default. */
  readonly stepDirectory?: string;
}

/**
 * Writes `<outdir>/<task>/<step>`, an executable launcher, and beside it the bundle that it runs.
 * The same sources give the same bytes. The runner of steps is imported here and nowhere else.
 *
 * @throws when a source cannot be bundled, or bundles with a warning
 */
export async function bundleSteps(
  steps: readonly StepSource[],
  outdir: string,
  { root, runner = '#lib/step', stepDirectory = STEP_DIRECTORY }: BundleStepsOptions,
): Promise<Bundles> {
  const { build } = await loadEsbuild();
  const { outputFiles, metafile, warnings } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: steps.map(({ name }) => ({ in: `step:${name}`, out: name })),
    outdir,
    plugins: [entries(steps, { root, runner })],
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  // Warnings about code that is in no bundle do not matter.
  const problems = warnings.filter(({ location }) => !location || inputs.includes(location.file));
  if (problems.length > 0) throw new Error(problems.map(describe).join('; '));
  const launcher = readLauncher(stepDirectory);
  const caches = steps.map((step): [StepSource, string] => {
    const bundle = outputFiles.find(({ path }) => path === join(outdir, `${step.name}.js`));
    if (!bundle) throw new Error(`cannot bundle step ${step.name}: esbuild gave no output for it`);
    return [step, writeBundle(step.name, bundle.contents, outdir, launcher)];
  });
  return { inputs, caches: new Map(caches) };
}

/** The npm package does not bring esbuild: to run pipelines needs no bundler. */
async function loadEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw new ExpectedError('esbuild, which bundles the steps, is not installed', {
      cause,
      hint: 'npm install --save-dev esbuild',
    });
  }
}

/**
 * The path goes two folders up and down again, so that the bundled command, these sources and the compiled ones all
 * find the launcher.
 */
function readLauncher(stepDirectory: string): string {
  const text = readFileSync(join(import.meta.dirname, '../../lib/bundle-steps/launcher.cjs'), 'utf8');
  return text.replace(`#!${STEP_DIRECTORY}/`, () => `#!${stepDirectory}/`).replaceAll('NODE_FLAG', NODE_FLAG);
}

/**
 * What a step makes at its start lives as long as the step: in V8's smallest space for new objects, of 1 MiB, it would be
 * copied three times, and an image of a few MB takes a tenth longer to read. The kernel hands on one argument at most.
 */
export const NODE_FLAG = '--min-semi-space-size=4';

const options = {
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  // Names stay: they make a stack trace readable, and cost a tenth of the bundle.
  minifySyntax: true,
  minifyWhitespace: true,
  // A script run by node:vm has no import(); what is loaded late is in the bundle anyway.
  supported: { 'dynamic-import': false },
  banner: { js: '(function(require,module,exports){' },
  footer: { js: '})' },
  legalComments: 'none',
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** Writes a bundle and returns the path of its compiled code, which is another one for other bytes or another Node. */
function writeBundle(name: string, contents: Uint8Array, outdir: string, launcher: string): string {
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  const executable = join(outdir, name);
  mkdirSync(dirname(executable), { recursive: true });
  writeFileSync(`${executable}.js`, contents);
  writeFileSync(executable, launcher.replace('BUNDLE_DIGEST', digest));
  chmodSync(executable, 0o755);
  return `${name}.${digest}.${process.version}.cache`;
}

/** The entry of a bundle is a text of two imports and a call, so that a step's file holds nothing of how it is run. */
function entries(
  steps: readonly StepSource[],
  { root, runner }: { readonly root: string; readonly runner: string },
): Plugin {
  const files = new Map(steps.map(({ name, file }) => [name, file]));
  return {
    name: 'step entries',
    setup(bundler) {
      bundler.onResolve({ filter: /^step:/ }, ({ path }) => ({
        path: path.slice('step:'.length),
        namespace: 'step',
      }));
      bundler.onLoad({ filter: /.*/, namespace: 'step' }, ({ path }) => ({
        contents: [
          `import step from ${JSON.stringify(files.get(path))};`,
          `import { runStep } from ${JSON.stringify(runner)};`,
          'void runStep(step);',
        ].join('\n'),
        resolveDir: root,
      }));
    },
  };
}

function describe({ text, location }: Message): string {
  return location ? `${location.file}:${location.line}: ${text}` : text;
}
