import { expect, test } from 'vitest';
import { parseKeys } from './gpg-key.ts';

test.for<[text: string, keys: readonly string[]]>([
  ['', []],
  ['https://h/key.asc', ['https://h/key.asc']],
  ['/etc/pki/rpm-gpg/a-$basearch', ['file:///etc/pki/rpm-gpg/a-$basearch']],
  ['file:///a  https://h/b?search=0x1&op=get', ['file:///a', 'https://h/b?search=0x1&op=get']],
])('the keys of %j are %j', ([text, keys]) => {
  expect(parseKeys(text)).toEqual(keys);
});

test.for([
  ['https://user:SECRET@h/key', 'GPGKEY holds credentials'],
  ['https://SECRET@h/key', 'GPGKEY holds credentials'],
  ['file:///a https://u:SECRET@h/key', 'address 2 of GPGKEY holds credentials'],
  ['https://u:a/SECRET@h/key', 'GPGKEY is no address of a key'],
  ['SECRET', 'GPGKEY is no address of a key'],
  ['ftp://h/SECRET', 'GPGKEY is no address of a key'],
] as const)('%s is refused, without a word of it', ([text, message]) => {
  expect(() => parseKeys(text)).toThrow(message);
  expect(() => parseKeys(text)).toThrow(/^(?!.*SECRET)/);
});

test('a hint tells what to do', () => {
  expect(() => parseKeys('xhttps://h/key')).toThrow(
    expect.objectContaining({
      name: 'InvalidKeyError',
      message: 'GPGKEY is no address of a key',
      hint: 'write https://…, file:///… or an absolute path',
    }),
  );
  expect(() => parseKeys('/a https://u@h:81/key')).toThrow(
    expect.objectContaining({
      hint: 'put the key where h:81 asks for none, or into a file of the builder',
    }),
  );
});
