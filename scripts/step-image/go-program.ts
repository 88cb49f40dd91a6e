import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ExpectedError } from '#lib/errors';
import { ownPlatform } from '#lib/oci';
import { run, ToolMissingError } from '#lib/process';

/** What the step image has of Go: a package at a version, and the Go that it is built by. */
export interface GoProgram {
  /** Such as `github.com/sigstore/cosign/v3/cmd/cosign`. */
  readonly package: string;
  readonly version: string;
  /** Such as `go1.26.8`: another Go gives other bytes. Whatever Go is there gets it as the module that it is. */
  readonly toolchain: string;
}

/** A module that was built into a program, with the folder of its sources. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
  readonly directory: string;
}

interface GoOptions {
  readonly signal?: AbortSignal;
  /** How many packages are compiled at once; as Go likes by default. */
  readonly jobs?: number;
}

/**
 * Builds a program for an architecture, on this one, and keeps it in `cache`. Every module is checked against the
 * checksum database of Go, and the same version and Go give the same bytes on every machine.
 *
 * @param architecture OCI's name, which is also Go's
 * @returns the path of the program
 * @throws {ExpectedError} where there is no Go
 */
export async function buildGoProgram(
  program: GoProgram,
  architecture: string,
  cache: string,
  options: GoOptions = {},
): Promise<string> {
  const path = goProgramFile(program, architecture, cache);
  if (existsSync(path)) return path;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'make-'));
  try {
    const modules = (await go(program, ['env', 'GOMODCACHE'], options)).trim();
    const jobs = options.jobs === undefined ? [] : [`-p=${options.jobs}`];
    const flags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid=', ...jobs];
    await go(program, ['install', ...flags, `${program.package}@${program.version}`], {
      ...options,
      // GOBIN takes no programs of another architecture, but the folder of all that is installed does.
      env: { GOPATH: work, GOBIN: '', GOMODCACHE: modules, GOOS: 'linux', GOARCH: architecture },
    });
    const isOwn = architecture === ownPlatform().architecture;
    await rename(join(work, 'bin', ...(isOwn ? [] : [`linux_${architecture}`]), nameOf(program)), path);
    return path;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Where `buildGoProgram` keeps it. */
export function goProgramFile(program: GoProgram, architecture: string, cache: string): string {
  const { version, toolchain } = program;
  return join(cache, `${nameOf(program)}@${version}-${toolchain}-${architecture}`);
}

function nameOf(program: GoProgram): string {
  return program.package.replace(/^.*\//, '');
}

const BuildInfo = z.object({
  Main: z.object({ Path: z.string(), Version: z.string() }),
  Deps: z
    .array(z.object({ Path: z.string(), Version: z.string(), Replace: z.unknown().optional() }))
    .optional(),
});
const Download = z.object({ Path: z.string(), Version: z.string(), Dir: z.string() });

/** The modules that the program says it was built from, itself the first. */
export async function modulesOf(
  program: GoProgram,
  path: string,
  options: GoOptions = {},
): Promise<readonly GoModule[]> {
  const { Main, Deps = [] } = BuildInfo.parse(
    JSON.parse(await go(program, ['version', '-m', '-json', path], options)),
  );
  const replaced = Deps.find(({ Replace }) => Replace !== undefined && Replace !== null);
  if (replaced !== undefined)
    throw new TypeError(`${replaced.Path} is replaced, so that its version says nothing`);
  const wanted = [Main, ...Deps].map((one) => `${one.Path}@${one.Version}`);
  const said = await go(program, ['mod', 'download', '-json', ...wanted], options);
  // One document after the other, each of which ends in a line of its own.
  const found = said
    .split(/(?<=^\}\n)/m)
    .filter((text) => text.trim() !== '')
    .map((text) => Download.parse(JSON.parse(text)));
  const folders = new Map(found.map((one) => [`${one.Path}@${one.Version}`, one.Dir]));
  return [Main, ...Deps].map(({ Path: module, Version: version }) => {
    const directory = folders.get(`${module}@${version}`);
    if (directory === undefined) throw new TypeError(`Go does not say where ${module}@${version} is`);
    return { path: module, version, directory };
  });
}

const LICENCE = /^(?:licen[cs]e|copying|notice|patents|authors)/i;

/**
 * The files of each module with its licence, by the place that they get below `/usr/share/licenses`.
 *
 * @throws {ExpectedError} with the modules that have none, which nobody may give on
 */
export async function licencesOf(
  name: string,
  modules: readonly GoModule[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const lacking: string[] = [];
  for (const { path, version, directory } of modules) {
    const entries = await readdir(directory, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    const files = names.filter((file) => LICENCE.test(file));
    if (!files.some((file) => /^(?:licen[cs]e|copying)/i.test(file))) {
      const page = await readmeWithLicence(directory, names);
      if (page === undefined) lacking.push(`${path}@${version}`);
      else files.push(page);
    }
    for (const file of files) found.set(`${name}/${path}@${version}/${file}`, join(directory, file));
  }
  if (lacking.length === 0) return found;
  throw new ExpectedError(`${name} has modules without a licence: ${lacking.join(', ')}`, {
    hint: 'leave the program out, or take a version without them',
  });
}

/** Some modules say it there alone, under a heading of its own. */
async function readmeWithLicence(directory: string, names: readonly string[]): Promise<string | undefined> {
  const page = names.find((file) => /^readme(?:\.md)?$/i.test(file));
  if (page === undefined) return undefined;
  return /^#+ *licen[cs]e\b/im.test(await readFile(join(directory, page), 'utf8')) ? page : undefined;
}

async function go(
  program: GoProgram,
  args: readonly string[],
  { signal, env }: GoOptions & { readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  try {
    const { stdout } = await run('go', args, {
      env: { ...env, GOTOOLCHAIN: program.toolchain, GOFLAGS: '', CGO_ENABLED: '0' },
      ...(signal && { signal }),
    });
    return stdout;
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    const name = nameOf(program);
    throw new ExpectedError(`cannot build ${name}: there is no Go on this machine`, {
      cause: error,
      hint: `install Go 1.21 or later, which gets the version that is needed, or leave it out: --no-${name}`,
    });
  }
}
