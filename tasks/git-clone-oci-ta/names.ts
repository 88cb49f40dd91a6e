import { ExpectedError } from '#lib/errors';
import { quoted } from '#lib/text';

/**
 * Refuses what git would read as an option, as two refs, or as something to compute (git-check-ref-format(1)).
 *
 * @throws {ExpectedError} naming the param
 */
export function refuseStrangeName(param: string, name: string): void {
  if (!name.startsWith('-') && !name.startsWith('+') && !/[\s\p{Cc}:^~?*[\\]/u.test(name)) return;
  throw new ExpectedError(`${param} ${quoted(name)} is no name of a branch, a tag or a commit`, {
    kind: 'usage',
    hint: 'give a branch, a tag, a whole commit or a ref such as refs/pull/7/head',
  });
}
