import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { writeWhole } from '#lib/process';
import { quoted } from '#lib/text';

const EXAMPLE = join(import.meta.dirname, '../../examples/hello-catalog');
/** npm names a task of Kubernetes' objects, and a folder, alike. */
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** What of a catalog a new definition is written for. */
export interface Place {
  readonly root: string;
  /** Folder of tasks or of pipelines, below the root. */
  readonly folder: string;
  /** Module of the runner of steps, which tells how the files of the catalog import this package. */
  readonly stepRunner: string;
}

/** What of a task a new pipeline gives to it. */
export interface UsedTask {
  readonly name: string;
  /** Params without a default, and workspaces that are not optional. */
  readonly params: readonly string[];
  readonly workspaces: readonly string[];
  /** Path of its definition, as the pipeline imports it. */
  readonly from: string;
}

/**
 * Writes the files of a task that works: that of the example, under another name.
 *
 * @returns their paths below the root
 * @throws {ExpectedError} of the kind `usage` for what is no name, or is there
 */
export function newTask(name: string, place: Place): readonly string[] {
  const folder = `${place.folder}/${checked(name)}`;
  refuseExisting(place.root, folder);
  const example = join(EXAMPLE, 'tasks/hello');
  const files = readdirSync(example).filter((file) => file !== 'README.md');
  return files.map((file) => {
    const text = readFileSync(join(example, file), 'utf8').replaceAll("'hello'", `'${name}'`);
    return write(place, `${folder}/${file}`, file.endsWith('.ts') ? withImports(text, place) : text);
  });
}

/** Writes a pipeline of one task, with the params that the task needs. */
export function newPipeline(name: string, task: UsedTask, place: Place): readonly string[] {
  const path = `${place.folder}/${checked(name)}`;
  refuseExisting(place.root, `${path}.ts`);
  const variable = task.name.replaceAll(/-(?<letter>.)/g, (_, letter: string) => letter.toUpperCase());
  const key = (text: string) => (/^\w+$/.test(text) ? text : `'${text}'`);
  const of = (object: string, text: string) =>
    /^\w+$/.test(text) ? `${object}.${text}` : `${object}['${text}']`;
  const list = (names: readonly string[], value: (one: string) => string, indent: string) =>
    names.map((one) => `${indent}${key(one)}: ${value(one)},\n`).join('');
  const has = task.workspaces.length > 0;
  const lines = `import { definePipeline } from 'bootc-catalog';
import { task as ${variable} } from '${task.from}';

export const pipeline = definePipeline({
  name: '${name}',
  version: '0.1.0',
  description: 'Say what it does.',
  params: {
${list(task.params, (one) => of(`${variable}.params`, one), '    ')}  },
${has ? `  workspaces: {\n${list(task.workspaces, () => "{ description: 'Say what is in it.' }", '    ')}  },\n` : ''}  body({ params, ${has ? 'workspaces, ' : ''}run }) {
    run('${task.name}', ${variable}, {
      params: {
${list(task.params, (one) => of('params', one), '        ')}      },
${has ? `      workspaces: {\n${list(task.workspaces, (one) => of('workspaces', one), '        ')}      },\n` : ''}    });
    return {};
  },
});
`;
  const changelog = readFileSync(join(EXAMPLE, 'pipelines/hello.changelog.md'), 'utf8');
  return [
    write(place, `${path}.ts`, withImports(lines, place)),
    write(place, `${path}.changelog.md`, changelog),
  ];
}

function checked(name: string): string {
  if (NAME.test(name) && name.length <= 50) return name;
  throw new ExpectedError(`nothing can be called ${quoted(name)}`, {
    kind: 'usage',
    hint: 'give a name of a-z, 0-9 and single -, 50 characters at most, such as mark-image',
  });
}

function refuseExisting(root: string, path: string): void {
  if (!existsSync(join(root, path))) return;
  throw new ExpectedError(`${path} is there already`, { kind: 'usage', hint: 'give it another name' });
}

function write({ root }: Place, path: string, text: string): string {
  writeWhole(join(root, path), text);
  return path;
}

/** In the repository of this package the files import its sources. */
function withImports(text: string, { stepRunner }: Place): string {
  if (!stepRunner.startsWith('#lib/')) return text;
  const own = text
    .replaceAll("'bootc-catalog/step/testing'", "'#lib/step-testing'")
    .replaceAll("'bootc-catalog/step'", "'#lib/step'")
    .replaceAll("'bootc-catalog'", "'#lib/tekton'");
  const [imports = '', ...rest] = own.split('\n\n');
  const rank = (line: string) => (line.includes("'.") ? 2 : line.includes("'#") ? 1 : 0);
  return [
    imports
      .split('\n')
      .sort((a, b) => rank(a) - rank(b))
      .join('\n'),
    ...rest,
  ].join('\n\n');
}
