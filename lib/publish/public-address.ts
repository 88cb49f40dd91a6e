import { redact } from '#lib/errors';
import { withoutUserinfo } from '#lib/text';
import { UnfitError } from './errors.ts';

/**
 * An address as everybody may read it: the userinfo that CI systems put into it is taken out. What holds a secret all the
 * same, as the parameter of a query or without a scheme, is refused.
 *
 * @throws {UnfitError}
 */
export function publicAddress(text: string, what: string): string {
  const address = withoutUserinfo(text);
  if (redact(address) === address) return address;
  throw new UnfitError(`${what} holds credentials, and would be published with what is made of it`, {
    hint: 'give the address without them',
  });
}
