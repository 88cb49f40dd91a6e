import type { Param } from '../objects/api.gen.ts';
import { type Problem, problemIf } from '../objects/problem.ts';
import { isQualifiedName } from './names.ts';
import { repeatedNameProblems } from './params.ts';

/** taskRef, pipelineRef and a step's ref. */
export interface Reference {
  readonly name?: string | undefined;
  readonly resolver?: string | undefined;
  readonly params?: readonly Param[] | undefined;
}

/** validateRef (pkg/apis/pipeline/v1/container_validation.go). */
export function refProblems(
  { name = '', resolver = '', params }: Reference,
  path: string,
): readonly Problem[] {
  if (resolver !== '' || params !== undefined) return resolverProblems({ name, resolver, params }, path);
  if (name === '') return [{ path: `${path}.name`, message: 'missing field(s)' }];
  // A URL is concise resolver syntax, which asks for a resolver too.
  if (isUrlLike(name)) return [{ path: `${path}.resolver`, message: 'missing field(s)' }];
  if (isQualifiedName(name)) return [];
  const message = `invalid value: ${JSON.stringify(name)}: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;
  return [{ path: `${path}.name`, message }];
}

function resolverProblems({ name = '', resolver, params }: Reference, path: string): readonly Problem[] {
  return [
    ...problemIf(params !== undefined && name !== '', path, 'expected exactly one, got both: name, params'),
    ...problemIf(resolver === '', `${path}.resolver`, 'missing field(s)'),
    ...repeatedNameProblems(params ?? [], `${path}.params`),
    ...problemIf(
      resolver !== '' && name !== '' && !isUrlLike(name),
      `${path}.name`,
      'invalid value: invalid URI for request',
    ),
  ];
}

/** RefNameLikeUrl. */
export function isUrlLike(name: string): boolean {
  return /[\w-]+:\/\/*/.test(name);
}
