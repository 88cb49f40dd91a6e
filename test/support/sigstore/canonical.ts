import { createHash, type KeyObject } from 'node:crypto';

/** JSON as it is signed (RFC 8785 for what stands here: texts, whole numbers, lists, objects). */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}

export function sha256(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

export function derOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}
