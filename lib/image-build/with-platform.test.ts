import { expect, test } from 'vitest';
import { ImageUrl } from '#lib/tekton';
import { withPlatform } from './with-platform.ts';

test('the platform is appended to the tag, and never to the repository', () => {
  expect(withPlatform(ImageUrl.parse('quay.io/a/b:1'), 'linux/arm64')).toBe('quay.io/a/b:1-linux-arm64');
  expect(withPlatform(ImageUrl.parse('127.0.0.1:5000/a'), 'linux/arm64')).toBe(
    '127.0.0.1:5000/a:linux-arm64',
  );
});
