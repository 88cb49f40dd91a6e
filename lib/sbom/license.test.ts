import { expect, test } from 'vitest';
import { declaredLicense } from './license.ts';

test.each(['MIT', 'GPL-2.0-or-later WITH GCC-exception-3.1 AND (MIT OR Apache-2.0)'])(
  '%s is an expression of SPDX',
  (text) => {
    expect(declaredLicense(text)).toEqual({ expression: text });
  },
);

test.each(['GPLv2+ and MIT', 'MIT AND', '(MIT', 'LicenseRef-Fedora-Public-Domain AND MIT', 'see COPYING'])(
  '%s is told in its own words, by reference',
  (text) => {
    const { expression, extracted } = declaredLicense(text);

    expect(expression).toMatch(/^LicenseRef-[0-9a-f]{16}$/);
    expect(extracted).toEqual({ licenseId: expression, extractedText: text });
  },
);

test.each([undefined, '', ' '])('of %j nothing is asserted', (text) => {
  expect(declaredLicense(text)).toEqual({ expression: 'NOASSERTION' });
});
