import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followPicture } from './follow-picture.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a page is written while a run goes on, and never after its end', async () => {
  let written = 0;
  const stop = followPicture(async () => void written++);

  await vi.advanceTimersByTimeAsync(2_900);
  expect(written).toBe(0);
  await vi.advanceTimersByTimeAsync(3_200);
  expect(written).toBe(2);
  await stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(written).toBe(2);
});

test('a page that takes long to make is made less often', async () => {
  let written = 0;
  const stop = followPicture(async () => {
    written++;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  });

  await vi.advanceTimersByTimeAsync(23_000);
  expect(written).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(written).toBe(2);
  const ended = stop();
  await vi.advanceTimersByTimeAsync(1_000);
  await ended;
});
