import { expect, test } from 'vitest';
import { demultiplex } from './demultiplex.ts';

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

test.for([1, 3, 8, 9, 1_000])('frames in pieces of %d bytes are put together', (size) => {
  const whole = Buffer.concat([
    frame(1, 'out\n'),
    frame(2, ''),
    frame(2, 'errör\n'),
    frame(1, 'x'.repeat(300)),
  ]);
  const written: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  const take = demultiplex((chunk, stream) => written[stream].push(chunk));

  for (let at = 0; at < whole.length; at += size) take(whole.subarray(at, at + size));

  expect(Buffer.concat(written.stdout).toString()).toBe(`out\n${'x'.repeat(300)}`);
  expect(Buffer.concat(written.stderr).toString()).toBe('errör\n');
});
