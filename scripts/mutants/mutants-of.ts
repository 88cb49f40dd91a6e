import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';
import { findMutants, type Mutant } from './find-mutants.ts';
import { type Folder, root } from './folders.ts';
import { isNode } from './node.ts';

export interface NumberedMutant extends Mutant {
  readonly id: number;
  /** Below the project's root. */
  readonly file: string;
}

/** All mutants of a folder, numbered as its files and their lines follow each other. */
export function mutantsOf({ sources }: Pick<Folder, 'sources'>): readonly NumberedMutant[] {
  return sources
    .flatMap((file) => parse(readFileSync(join(root, file), 'utf8')).map((mutant) => ({ ...mutant, file })))
    .map((mutant, id) => ({ ...mutant, id }));
}

export function parse(source: string): readonly Mutant[] {
  const program: unknown = parseAst(source, { lang: 'ts' });
  return isNode(program) ? findMutants(program, source) : [];
}
