import { ExpectedError } from '#lib/errors';
import { parseAddress, printable } from '#lib/text';

export class InvalidKeyError extends ExpectedError {
  override readonly name = 'InvalidKeyError';
  override readonly kind = 'invalid';
}

/**
 * The keys of GPGKEY, as dnf's `gpgkey` has them: addresses with blanks between them; a path is a file's.
 *
 * @throws {InvalidKeyError} where one would bring a password into the image; the message does not quote it
 */
export function parseKeys(text: string): readonly string[] {
  return text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((word, index) => {
      const address = word.startsWith('/') ? parseAddress(`file://${word}`) : parseAddress(word);
      const place = index === 0 ? 'GPGKEY' : `address ${index + 1} of GPGKEY`;
      if (address === undefined || !/^(?:https?|file):$/.test(address.url.protocol)) {
        throw new InvalidKeyError(`${place} is no address of a key`, {
          hint: 'write https://…, file:///… or an absolute path',
        });
      }
      if (address.userinfo !== undefined) {
        throw new InvalidKeyError(`${place} holds credentials, and everybody can read the image`, {
          hint: `put the key where ${printable(address.url.host)} asks for none, or into a file of the builder`,
        });
      }
      // $basearch stays: a path of a URL may hold $.
      return address.url.href;
    });
}
