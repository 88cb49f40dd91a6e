import { InvalidDefinitionError } from '../objects/problem.ts';

/** Semantic version, such as 0.1.0 or 2.0.0-rc.1; the render looks closer than the type can. */
export type Version = `${number}.${number}.${number}` | `${number}.${number}.${number}-${string}`;

/** https://semver.org without build metadata, which a tag cannot carry. */
const semver =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*)?$/;

/** @throws {InvalidDefinitionError} */
export function checkVersion(version: string): void {
  if (semver.test(version)) return;
  throw new InvalidDefinitionError('version', `${JSON.stringify(version)} is no semantic version`, {
    hint: 'write three numbers, as in 0.1.0',
  });
}
