import { expect, test } from 'vitest';
import { refuseSigning } from './signing.ts';

const all = {
  defaultOIDCIssuer: 'https://issuer',
  rekorInternalUrl: 'https://rekor',
  fulcioExternalUrl: 'https://fulcio',
  tufExternalUrl: 'https://tuf',
};

test('without any setting nothing is signed', () => {
  expect(() => refuseSigning({ other: 'x', rekorInternalUrl: '' })).not.toThrow();
});

test('some of the settings: the rest is named', () => {
  const { rekorInternalUrl: _, ...rest } = all;

  expect(() => refuseSigning(rest)).toThrow('there is no rekorInternalUrl or rekorExternalUrl');
});

test('all of the settings: signatures are not left out in silence', () => {
  expect(() => refuseSigning(all)).toThrow('not supported yet');
});
