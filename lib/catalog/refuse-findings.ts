import {
  InvalidDefinitionError,
  type KnownObjects,
  lint,
  namedPath,
  severityOf,
  tellProblems,
} from '#lib/tekton';

/**
 * Refuses what Tekton accepts and a maintainer should not, before it is published. Notes pass, and so does an image
 * without a registry, which a user may replace.
 *
 * @param waives findings that are meant: their rules, and why
 * @throws {InvalidDefinitionError}
 */
export function refuseFindings(
  subject: string,
  object: unknown,
  known: KnownObjects,
  waives: Readonly<Record<string, string>> = {},
): void {
  const warnings = lint(object, known).filter((finding) => severityOf(finding) === 'warning');
  const idle = Object.keys(waives).find((rule) => !warnings.some((warning) => warning.rule === rule));
  if (idle !== undefined) {
    throw new InvalidDefinitionError(subject, `it waives ${idle}, of which there is no finding`);
  }
  const problems = warnings
    .filter(({ rule }) => !Object.hasOwn(waives, rule) && !rule.startsWith('image-'))
    .map(({ rule, path, message }) => ({
      path: namedPath(object, path),
      message: `${message} (${rule})`,
    }));
  if (problems.length === 0) return;
  throw new InvalidDefinitionError(subject, tellProblems(problems), {
    hint: "mend it, or say why not in the definition: waives: { '<rule>': '<why>' }",
  });
}
