// A port of pkg/termination/write.go: what a step hands on at its end.
import { goStructJson } from './go-json.ts';

/** Bytes of a container's termination message, which carries every result of the task. */
export const MESSAGE_LIMIT = 4096;

/** One entry of a termination message; `type` is Tekton's number: 1 of the task, 3 internal, 4 of the step. */
export interface MessageEntry {
  readonly key: string;
  readonly value: string;
  readonly type: 1 | 3 | 4 | 5 | 6;
}

/** The entry with which Tekton's entrypoint says when the step started. */
export const STARTED_AT: MessageEntry = { key: 'StartedAt', value: '2006-01-02T15:04:05.000Z', type: 3 };

/** Bytes of the message as Go's encoding/json writes it. */
export function messageSize(entries: readonly MessageEntry[]): number {
  return Buffer.byteLength(goStructJson(entries));
}
