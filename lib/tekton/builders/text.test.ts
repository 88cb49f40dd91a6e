import { expect, test } from 'vitest';
import * as z from 'zod';
import { ref } from './ref.ts';
import { Digest, ImageRef, ImageUrl, Platform } from './schema.ts';
import { text } from './text.ts';

const x = ref<string>('$(params.x)');

test('joins what is written and what is not known yet', () => {
  expect(text`a ${x}:${'b'}\`${x}`.expression).toBe('a $(params.x):b`$(params.x)');
  expect(text(ImageUrl)`quay.io/a/${x}:${x}-debug`.expression).toBe(
    'quay.io/a/$(params.x):$(params.x)-debug',
  );
  expect(text(ImageRef)`${x}@${x}`.expression).toBe('$(params.x)@$(params.x)');
  expect(text(Platform)`linux/${x}`.expression).toBe('linux/$(params.x)');
  expect(text(Digest)`${x}`.expression).toBe('$(params.x)');
  expect(text(ImageUrl)`quay.io/a`.expression).toBe('quay.io/a');
});

test.for([
  ['a digest', () => text(ImageUrl)`${x}@sha256:${x}`, 'expected repository[:tag] without a digest'],
  ['a blank', () => text(ImageUrl)`${x} ${x}`, 'expected repository'],
  ['nothing unknown', () => text(Platform)`linux`, 'expected os/architecture'],
  ['what no value mends', () => text(Platform)`Linux/${x}`, 'expected os/architecture'],
  ['two digests', () => text(ImageRef)`${x}@${x}@sha256:`, 'expected repository[:tag]@sha256'],
  ['a schema of one', () => text(z.string().max(3))`abcd${x}`, 'Too big'],
] as const)('refuses %s', ([, make, message]) => {
  expect(make).toThrow(message);
  expect(make).toThrow(/^text `[^`]*`: /);
});
