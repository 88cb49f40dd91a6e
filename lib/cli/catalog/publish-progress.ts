import type { PublishEvent } from '#lib/publish';

/** A line for each thing done; how far a large one is, every few seconds. */
export function publishProgress(write: (text: string) => void): (event: PublishEvent) => void {
  const interval = 3_000;
  let bytes = 0;
  let last = Date.now();
  return (event) => {
    const { kind, name } = event.item;
    if (event.type === 'copied') {
      if (event.event.type === 'bytes') bytes += event.event.bytes;
      if (Date.now() - last < interval) return;
      last = Date.now();
      write(`${kind} ${name}: ${(bytes / 1e6).toFixed(0)} MB so far\n`);
      return;
    }
    if (event.type === 'pushing') return;
    const what =
      event.type === 'tagged'
        ? `tagged ${event.tag}`
        : event.type === 'attached'
          ? `attached ${event.title}`
          : event.type;
    write(`${kind} ${name}: ${what}\n`);
  };
}
