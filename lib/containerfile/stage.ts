import { InvalidReferenceError, parseReference } from '#lib/oci';
import { type Fail, InvalidContainerfileError } from './errors.ts';
import { type Containerfile, type Instruction, splitInstruction } from './parse-containerfile.ts';
import { addToScope, type BuildInputs, expandIn, expandInScope, type Heading, type Scope } from './scope.ts';

/** What a stage begins with, or takes files from. */
export type Origin =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'image'; readonly reference: string }
  /** What is no image of a registry, such as `oci-archive:out.tar`, by its name for containers-transports(5). */
  | { readonly kind: 'local'; readonly name: string }
  /** What a stage that is not built names wrongly; in one that is built it ends the plan. */
  | { readonly kind: 'unknown' };

export interface Use {
  readonly origin: Origin;
  readonly by: 'FROM' | 'COPY --from' | 'RUN --mount';
  readonly line: number;
}

export interface Stage {
  readonly index: number;
  /** The name behind `as`. */
  readonly name: string | undefined;
  readonly base: Origin;
  /** What FROM --platform says, variables replaced. */
  readonly platform: string | undefined;
  /** The base first, then what its instructions take files from; those of ONBUILD of a stage below count, too. */
  readonly uses: readonly Use[];
  readonly line: number;
}

/** A stage, and what a stage on top of it gets. */
export interface ReadStage {
  readonly stage: Stage;
  readonly scope: Scope;
  readonly onbuild: readonly Instruction[];
  /** What it names wrongly, which matters only where it is built: buildah does not look at the others. */
  readonly problem: InvalidContainerfileError | undefined;
}

export interface Reading {
  readonly containerfile: Containerfile;
  readonly heading: Heading;
  readonly inputs: BuildInputs;
  readonly fail: Fail;
}

const NAME = /^[A-Za-z][\w.-]*$/;

export function readStage(
  [from, ...instructions]: readonly [Instruction, ...Instruction[]],
  earlier: readonly ReadStage[],
  reading: Reading,
): ReadStage {
  const { fail, heading } = reading;
  const expand = (word: string) => expandIn(from, word, (name) => heading.get(name), fail);
  const { image, name } = splitFrom(from, fail);
  if (name !== undefined && earlier.some(({ stage }) => stage.name === name)) {
    throw fail(from.line, `there is a stage ${name} already`, 'give each stage a name of its own');
  }
  let problem: InvalidContainerfileError | undefined;
  const attempt = (resolve: () => Origin): Origin => {
    try {
      return resolve();
    } catch (error) {
      if (!(error instanceof InvalidContainerfileError)) throw error;
      problem ??= error;
      return { kind: 'unknown' };
    }
  };
  const base = attempt(() => {
    const source = expand(image);
    if (source === '') throw fail(from.line, `FROM ${image} names nothing: its variables are empty`);
    return originOf(source, earlier, (why) => fail(from.line, why));
  });
  const below = base.kind === 'stage' ? earlier[base.index] : undefined;
  const scope: Scope = { args: new Map(below?.scope.args), env: new Set(below?.scope.env) };
  const uses: Use[] = [{ origin: base, by: 'FROM', line: from.line }];
  for (const instruction of [...(below?.onbuild ?? []), ...instructions]) {
    for (const [by, word] of takenFrom(instruction)) {
      const origin = attempt(() => {
        const named = expandInScope(word, instruction, scope, fail);
        return filesOf(named, { name, earlier, instruction, reading });
      });
      uses.push({ origin, by, line: instruction.line });
    }
    addToScope(scope, instruction, reading);
  }
  const onbuild = instructions
    .filter(({ keyword }) => keyword === 'ONBUILD')
    .map(({ text, line }) => splitInstruction(text, line, fail));
  const stage = {
    index: earlier.length,
    name,
    base,
    platform: platformOf(from, expand, fail),
    uses,
    line: from.line,
  };
  return { stage, scope, onbuild, problem };
}

function splitFrom({ text, line }: Instruction, fail: Fail): { image: string; name: string | undefined } {
  const [image = '', as, name, ...more] = text.split(/[\t\v\f\r ]+/);
  const isNamed = as?.toLowerCase() === 'as' && name !== undefined && more.length === 0;
  if (image === '' || (as !== undefined && !isNamed)) {
    throw fail(line, 'FROM has to be FROM <image>, or FROM <image> AS <name>');
  }
  if (name !== undefined && !NAME.test(name)) {
    throw fail(line, `${name} is no name of a stage`, 'write it with letters, digits, ".", "_" and "-"');
  }
  return { image, name };
}

function platformOf(from: Instruction, expand: (word: string) => string, fail: Fail): string | undefined {
  let platform: string | undefined;
  for (const flag of from.flags) {
    const value = /^--platform=(?<value>.*)$/.exec(expand(flag))?.groups?.value;
    if (value === undefined)
      throw fail(from.line, `FROM has ${flag}, and may have --platform=<platform> alone`);
    if (value === '') throw fail(from.line, `FROM has ${flag}, which names no platform`);
    platform = value;
  }
  return platform;
}

/** What an instruction takes files from, as written. */
export function takenFrom({ keyword, flags }: Instruction): [Exclude<Use['by'], 'FROM'>, string][] {
  const values = (name: string) =>
    flags.filter((flag) => flag.startsWith(name)).map((flag) => flag.slice(name.length));
  if (keyword === 'COPY' || keyword === 'ADD') {
    return values('--from=').map((value) => ['COPY --from', value]);
  }
  if (keyword !== 'RUN') return [];
  return values('--mount=')
    .flatMap((mount) => mount.split(','))
    .filter((field) => field.startsWith('from='))
    .map((field) => ['RUN --mount', field.slice('from='.length)]);
}

function filesOf(
  named: string,
  at: {
    readonly name: string | undefined;
    readonly earlier: readonly ReadStage[];
    readonly instruction: Instruction;
    readonly reading: Reading;
  },
): Origin {
  const { name, earlier, instruction, reading } = at;
  if (named === '') throw reading.fail(instruction.line, `${instruction.keyword} takes files from nothing`);
  const origin = originOf(named, earlier, (why) => reading.fail(instruction.line, why));
  const later = reading.containerfile.stages
    .slice(earlier.length + 1)
    .map(([from]) => splitFrom(from, reading.fail).name);
  const isLater = origin.kind === 'image' && (named === name || later.includes(named) || /^\d+$/.test(named));
  if (!isLater) return origin;
  throw reading.fail(instruction.line, `there is no stage ${named} before this one`);
}

const LOCAL = /^(?:containers-storage|dir|docker-archive|docker-daemon|oci|oci-archive|ostree|sif|tarball):/;

/**
 * A stage before this one by name or number, else an image, as buildah looks for them.
 *
 * @throws what `fail` makes of a name that is no reference
 */
function originOf(named: string, earlier: readonly ReadStage[], fail: (why: string) => Error): Origin {
  const stage =
    earlier.find(({ stage }) => stage.name === named) ?? earlier.find((_, index) => `${index}` === named);
  if (stage !== undefined) return { kind: 'stage', index: stage.stage.index };
  if (named === 'scratch') return { kind: 'scratch' };
  if (LOCAL.test(named)) return { kind: 'local', name: named };
  const reference = named.replace(/^docker:\/\//, '');
  try {
    parseReference(reference);
  } catch (error) {
    throw error instanceof InvalidReferenceError ? fail(error.message) : error;
  }
  return { kind: 'image', reference };
}
