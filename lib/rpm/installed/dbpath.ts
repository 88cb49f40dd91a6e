import { printable, quoted } from '#lib/text';
import { limits } from '../limits.ts';
import { InvalidMacroError } from '../macros/errors.ts';
import { expandMacro, type Macros } from '../macros/expand-macro.ts';
import { type Macro, type MacroFile, readMacros } from '../macros/read-macros.ts';
import type { ImageFiles } from './image-files.ts';
import { macroPaths, otherMacroPaths } from './macro-paths.ts';

export interface DatabaseSettings {
  /** The directory of the database, without a leading slash; undefined where the image does not say. */
  readonly dbpath: string | undefined;
  /** `sqlite`, `ndb` or `bdb_ro`. */
  readonly backend: string | undefined;
}

/**
 * Where rpm of an image looks for its database.
 *
 * @throws {InvalidMacroError} where that is uncertain
 */
export function databaseSettings(files: ImageFiles): DatabaseSettings {
  const paths = macroPaths(files);
  const otherPaths = otherMacroPaths(files);
  const { length } = [...paths, ...otherPaths];
  if (length > limits.macroFiles) {
    throw new InvalidMacroError(`there are ${length} macro files, more than ${limits.macroFiles}`);
  }
  const macros = readMacros(paths.map((path) => macroFile(files, path)));
  const others = otherPaths.map((path) => readMacros([macroFile(files, path)]));
  const dbpath = expanded('_dbpath', macros, others);
  if (dbpath !== undefined && !dbpath.startsWith('/')) {
    throw new InvalidMacroError(`%_dbpath is ${quoted(dbpath)}, which is no absolute path`);
  }
  return { dbpath: dbpath?.replace(/^\/+/, ''), backend: expanded('_db_backend', macros, others) };
}

function macroFile(files: ImageFiles, path: string): MacroFile {
  const read = files.read(path);
  const shown = printable(`/${path}`);
  if (read.kind === 'content') return { path: shown, text: Buffer.from(read.bytes).toString('utf8') };
  const why = read.kind === 'absent' ? 'it is not there' : read.why;
  throw new InvalidMacroError(`the macro file ${shown} cannot be read: ${why}`);
}

function expanded(
  name: string,
  macros: ReadonlyMap<string, Macro>,
  others: readonly ReadonlyMap<string, Macro>[],
): string | undefined {
  const value = expandMacro(name, macros);
  for (const more of others) {
    if (value === undefined && !more.has(name)) continue;
    const both: Macros = {
      get: (one) => more.get(one) ?? macros.get(one),
      has: (one) => more.has(one) || macros.has(one),
    };
    if (expandMacro(name, both) !== value) {
      const { path = '' } = more.get(name) ?? [...more.values()][0] ?? {};
      throw new InvalidMacroError(`%${name} cannot be told: ${path} counts on some machines alone`);
    }
  }
  return value;
}
