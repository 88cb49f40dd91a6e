import { isMap, parseDocument } from 'yaml';
import * as z from 'zod';
import { type ExternalInterface, toYaml } from '#lib/tekton';
import { InvalidCatalogError } from './errors.ts';
import { interfaceProblem } from './external-file.ts';

/** Interface of one task of somebody else, and the bundle or the commit that a cluster takes it from. */
export type Upstream = ExternalInterface & ({ readonly bundle: string } | { readonly git: string });

/** Its fields stand in the order of `Generated`, by which the sum is made. */
const Spec = z.strictObject({
  name: z.string(),
  type: z.enum(['string', 'array', 'object']),
  description: z.string().exactOptional(),
  default: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.string())]).exactOptional(),
  enum: z.array(z.string()).exactOptional(),
  properties: z.record(z.string(), z.strictObject({ type: z.string() })).exactOptional(),
});

const entry = {
  name: z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/, 'expected the name of a task'),
  read: z.strictObject({ version: z.string(), from: z.string(), sum: z.string() }),
  params: z.array(Spec),
  results: z.array(Spec),
  workspaces: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      optional: z.boolean().exactOptional(),
      readOnly: z.boolean().exactOptional(),
    }),
  ),
};
const InBundle = z.strictObject({
  ...entry,
  bundle: z.string().regex(/^[^@\s]+@sha256:[0-9a-f]{64}$/, 'expected repository[:tag]@sha256:…'),
});
const InGit = z.strictObject({
  ...entry,
  git: z.string().regex(/^https:\/\/[^@\s]+@[0-9a-f]{40}:[^@:\s]+$/, 'expected <https URL>@<commit>:<path>'),
});
/** By its key, so that an issue is told of the form that was meant. */
const Entry = z.unknown().transform((value, context): Upstream => {
  const hasGit = typeof value === 'object' && value !== null && 'git' in value;
  const parsed = (hasGit ? InGit : InBundle).safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
  return z.NEVER;
});
const File = z.strictObject({ tasks: z.array(Entry) });

/**
 * The tasks of others in the text of `upstream.yaml`, in its order, each with the interface that was read.
 *
 * @param where the file, for messages
 * @throws {InvalidCatalogError} naming the task: for what the file may not hold, a change by hand, a pin whose tag is of
 *   another version than the interface
 */
export function readUpstream(text: string, where: string): readonly Upstream[] {
  const tasks = parseUpstream(text, where);
  for (const task of tasks) {
    const problem = interfaceProblem(task) ?? versionProblem(task);
    if (problem !== undefined) throw invalid(where, `task ${task.name}: ${problem}`);
  }
  return tasks;
}

/**
 * The same, whatever version the interfaces are of.
 *
 * @throws {InvalidCatalogError} for what the file may not hold
 */
export function parseUpstream(text: string, where: string): readonly Upstream[] {
  const document = parseDocument(text, { version: '1.2' });
  const [broken] = document.errors;
  if (broken !== undefined) throw malformed(where, broken.message.split('\n')[0] ?? 'it is no YAML');
  if (!isMap(document.contents)) throw malformed(where, 'expected a mapping with tasks');
  const parsed = File.safeParse(document.toJS());
  if (!parsed.success) throw malformed(where, tell(parsed.error, document.toJS()));
  const { tasks } = parsed.data;
  const twice = tasks.find(({ name }, index) => tasks.findIndex((one) => one.name === name) !== index);
  if (twice !== undefined) throw malformed(where, `task ${twice.name} stands there twice`);
  return tasks;
}

function invalid(where: string, problem: string): InvalidCatalogError {
  return new InvalidCatalogError(`${where}: ${problem}`, {
    hint: `run \`bootc-catalog bundle types --refresh ${where}\`, which reads what is pinned`,
  });
}

function malformed(where: string, problem: string): InvalidCatalogError {
  return new InvalidCatalogError(`${where}: ${problem}`, {
    hint: 'take the file from version control: `bootc-catalog bundle types --refresh` writes it, and Renovate moves its pins alone',
  });
}

/** The first issue with the task that it is of. */
function tell({ issues: [issue] }: z.ZodError, value: { readonly tasks?: unknown }): string {
  const [list, index, ...rest] = issue?.path ?? [];
  const tasks = Array.isArray(value.tasks) ? (value.tasks as readonly { readonly name?: unknown }[]) : [];
  const task = typeof index === 'number' ? tasks[index]?.name : undefined;
  const place = [list, typeof task === 'string' ? task : index, ...rest].filter((part) => part !== undefined);
  return `${place.map(String).join('.')}: ${issue?.message ?? 'is not valid'}`;
}

/** A tag names the minor version, or the patch; the interface of a minor version stays as it is (Konflux ADR 54). */
function versionProblem(upstream: Upstream): string | undefined {
  if (!('bundle' in upstream)) return undefined;
  const { version } = upstream.read;
  const tag = /:(?<tag>\d+\.\d+)[^/@:]*@/.exec(upstream.bundle)?.groups?.tag;
  const known = /^\d+\.\d+/.exec(version)?.[0];
  if (tag === undefined || known === undefined || tag === known) return undefined;
  return `${tag} is pinned, and its interface is that of ${version}`;
}

const header = `# Tasks of others that our pipelines run: what is pinned, which Renovate moves, and beside it the interface and the version
# that it is of. \`read.from\` says where the interface was read: a bundle's digest, or the file of upstream's
# repository that the pinned version was made from, which is sometimes an older patch than the pin, where the registry was
# out of reach. \`bootc-catalog bundle types --refresh bundles/upstream.yaml\` reads what is pinned.
# \`make generate\` writes the typed definitions, externals/*.gen.ts, from this file.
`;

/** The text of the file: the same tasks give the same bytes. */
export function upstreamFile(tasks: readonly Upstream[]): string {
  const ordered = tasks.map(({ name, read, params, results, workspaces, ...source }) => ({
    name,
    ...source,
    read,
    params,
    results,
    workspaces,
  }));
  return `${header}${toYaml({ tasks: ordered })}`;
}
