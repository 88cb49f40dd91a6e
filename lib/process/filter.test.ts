import { expect, test } from 'vitest';
import { filter, ToolError, ToolMissingError } from './index.ts';

async function outputOf(program: string, args: readonly string[], input: Uint8Array): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of filter(program, args, input)) parts.push(part);
  return Buffer.concat(parts);
}

test('bytes go through a program as they are', async () => {
  const input = Buffer.alloc(3_000_000, Buffer.from([0, 0xff, 0x0a, 0x80]));

  expect((await outputOf('cat', [], input)).equals(input)).toBe(true);
});

test('what fails, is missing, or reads nothing, is told', async () => {
  const input = Buffer.alloc(3_000_000);

  const failing = outputOf('sh', ['-c', 'echo why >&2; exit 3'], input);
  await expect(failing).rejects.toThrow(ToolError);
  await expect(failing).rejects.toThrow('sh exited with code 3: why');
  await expect(outputOf('no-such-program', [], input)).rejects.toThrow(ToolMissingError);
  expect((await outputOf('true', [], input)).length).toBe(0);
});

test('the program ends when nobody reads on', async () => {
  for await (const part of filter('cat', ['/dev/zero'], Buffer.alloc(0))) {
    expect(part.length).toBeGreaterThan(0);
    break;
  }
});
