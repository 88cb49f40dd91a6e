import type { Kept, KeptTest, Scope } from './harness.ts';

/** Milliseconds that a test may take: none of those that start no program needs as much. */
const MOST = 5_000;

/** Runs a test with the hooks around it; what it throws is how it fails. */
export async function runTest(kept: Kept, { scope, body }: KeptTest): Promise<void> {
  const scopes = scopesOf(scope);
  for (const one of scopes) await open(one);
  try {
    for (const { beforeEvery } of scopes) for (const hook of beforeEvery) await inTime(hook);
    await inTime(body);
  } finally {
    for (const hook of kept.finished.splice(0).reverse()) await inTime(hook);
    for (const { afterEvery } of scopes.toReversed()) for (const hook of afterEvery) await inTime(hook);
  }
}

/** What is to be done after the last test of a file. */
export async function closeScopes(kept: Kept): Promise<void> {
  const scopes = new Set(kept.tests.flatMap(({ scope }) => scopesOf(scope)));
  for (const scope of [...scopes].reverse()) {
    if (!scope.isOpen) continue;
    scope.isOpen = false;
    for (const hook of scope.after) await inTime(hook);
  }
}

async function open(scope: Scope): Promise<void> {
  if (scope.isOpen) return;
  scope.isOpen = true;
  for (const hook of scope.before) await inTime(hook);
}

/** The scopes of a test, from the outermost to its own. */
function scopesOf(scope: Scope | undefined): readonly Scope[] {
  return scope ? [...scopesOf(scope.parent), scope] : [];
}

export class LateError extends Error {}

async function inTime(hook: () => unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LateError('the test has not ended')), MOST);
  });
  try {
    await Promise.race([hook(), late]);
  } finally {
    clearTimeout(timer);
  }
}
