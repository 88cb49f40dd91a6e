import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** A step of this repository: its name in the image (`<task>/<step>`) and its source. */
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

const launcher = readFileSync(join(import.meta.dirname, 'launcher.cjs'), 'utf8');

/**
 * Writes `<outdir>/<task>/<step>`, an executable launcher, and beside it the bundle that it runs.
 * The same sources give the same bytes. The runner of steps is imported here and nowhere else.
 *
 * @throws when a source cannot be bundled, or bundles with a warning
 */
export async function bundleSteps(
  steps: readonly StepSource[],
  outdir: string,
  { root, runner = '#lib/step' }: { readonly root: string; readonly runner?: string },
): Promise<Bundles> {
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: steps.map(({ name }) => ({ in: `step:${name}`, out: name })),
    outdir,
    plugins: [entries(steps, { root, runner })],
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
  });
  if (warnings.length > 0)
    throw new Error(`cannot bundle the steps: ${warnings.map(({ text }) => text).join('; ')}`);
  const caches = new Map<StepSource, string>();
  for (const step of steps) {
    const executable = join(outdir, step.name);
    const { contents } = outputFiles.find(({ path }) => path === `${executable}.js`) ?? {};
    if (!contents) throw new Error(`cannot bundle step ${step.name}: esbuild gave no output for it`);
    const digest = createHash('sha256').update(contents).update(process.version).digest('hex').slice(0, 12);
    mkdirSync(dirname(executable), { recursive: true });
    writeFileSync(`${executable}.js`, contents);
    writeFileSync(executable, launcher.replace('BUNDLE_DIGEST', digest));
    chmodSync(executable, 0o755);
    caches.set(step, `${step.name}.${digest}.cache`);
  }
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  return { inputs, caches };
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
