import * as z from 'zod';
import { jsonOf, quoted } from '#lib/text';
import { InvalidReleaseError } from './errors.ts';

/** By this word alone a release goes out that nobody has verified. */
export const NO_POLICY = 'none';

/** Our key `conforma.policy`. */
export const PolicyData = z.looseObject({
  conforma: z.looseObject({ policy: z.string().nullish() }).nullish(),
});

/** `name`, `namespace/name`, or a source of go-getter: `github.com/conforma/config//slsa3`. */
const NAME = /^[A-Za-z0-9][\w.:/@?=&+-]*$/;

/**
 * The policy that a release is held to: of the param, else of the data. `namespace/name` of an EnterpriseContractPolicy,
 * its spec as JSON, or the word none.
 *
 * @throws {InvalidReleaseError} where none is named, or by no name that one can have
 */
export function choosePolicy(param: string, data: z.output<typeof PolicyData>): string {
  const policy = param.trim() || (data.conforma?.policy?.trim() ?? '');
  if (policy === '')
    throw new InvalidReleaseError('no policy is named that the release is held to', {
      hint: 'name an EnterpriseContractPolicy as namespace/name: conforma.policy in the data of the ReleasePlan, or the param enterpriseContractPolicy; the word none there releases what nobody has verified',
    });
  if (policy.startsWith('{') ? jsonOf(policy) === undefined : !NAME.test(policy))
    throw new InvalidReleaseError(`the policy is ${quoted(policy)}, which is neither a name nor JSON`);
  return policy;
}
