import type { CopyEvent } from '#lib/oci';
import type { Content } from './copy-content.ts';
import type { Plan } from './plan.ts';

/** Milliseconds between two lines. */
const EVERY = 10_000;
const MIB = 1024 * 1024;

export interface Progress extends Disposable {
  readonly onCopy: (content: Content, event: CopyEvent) => void;
  readonly onCopied: (content: Content) => void;
}

/**
 * Tells every now and then how far the copying is: images and what belongs to them, components, bytes, rate. Tells nothing
 * while nothing is copied.
 */
export function createProgress(plan: Plan, tell: (line: string) => void, every = EVERY): Progress {
  const open = new Map<string, number>();
  for (const { component, what } of plan.tags) if (what !== 'there') open.set(component, 0);
  const started = performance.now();
  let bytes = 0;
  let told = { bytes: 0, at: started };
  const pending = new Map<string, Set<Content>>();
  const line = () => {
    const now = performance.now();
    const rate = ((bytes - told.bytes) / MIB / (now - told.at)) * 1_000;
    told = { bytes, at: now };
    const done = [...open.keys()].filter((component) => pending.get(component)?.size === 0).length;
    tell(
      `copied ${(bytes / MIB).toFixed(1)} MiB, ${done} of ${open.size} components, ${rate.toFixed(1)} MiB/s`,
    );
  };
  const timer = setInterval(line, every);
  timer.unref();
  return {
    onCopy(content, event) {
      const own = pending.get(content.component) ?? new Set();
      pending.set(content.component, own.add(content));
      if (event.type === 'bytes') bytes += event.bytes;
    },
    onCopied(content) {
      pending.get(content.component)?.delete(content);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      if (bytes > 0)
        tell(
          `copied ${(bytes / MIB).toFixed(1)} MiB in ${((performance.now() - started) / 1_000).toFixed(1)} s`,
        );
    },
  };
}
