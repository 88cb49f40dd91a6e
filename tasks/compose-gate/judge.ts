import { mayFail } from '#lib/images';
import { type JudgedImage, judgeImage, type Rules } from './judge-image.ts';
import type { ImageFacts, Unseen } from './look.ts';
import type { ImageRequest } from './request.ts';

/** What becomes of an image, and why. */
export interface Decision extends Omit<JudgedImage, 'fate'> {
  readonly name: string;
  readonly isRequired: boolean;
  readonly fate: 'promoted' | 'held back' | 'failed';
}

export interface Verdict {
  readonly decisions: readonly Decision[];
  /** Required images that have failed: where there is one, nothing is promoted. */
  readonly failed: readonly string[];
  /** What is missing or held back: image, or image@architecture. */
  readonly incomplete: readonly string[];
}

/** Judges a compose: each image for itself, then whether the rest may go without those that are not fit. */
export function judge(
  images: readonly (readonly [request: ImageRequest, facts: ImageFacts | Unseen])[],
  rules: Rules,
): Verdict {
  const judged = new Map(images.map(([{ name }, facts]) => [name, judgeImage(name, facts, rules)]));
  const failed = [...judged]
    .filter(([name, { fate }]) => fate === 'failed' && !mayFail(rules.failable, name))
    .map(([name]) => name);
  const decisions = images.flatMap(([{ name, base }]): readonly Decision[] => {
    const one = judged.get(name);
    if (one === undefined) return [];
    const isRequired = !mayFail(rules.failable, name);
    if (one.fate !== 'fit') {
      return [{ ...one, name, isRequired, fate: one.fate, reason: withBase(one, base, judged) }];
    }
    if (failed.length === 0) return [{ ...one, name, isRequired, fate: 'promoted' }];
    const reason = `${failed.join(', ')} has failed, and is required`;
    return [{ ...one, name, isRequired, fate: 'held back', reason }];
  });
  return { decisions, failed, incomplete: incompleteOf(decisions) };
}

/** An image on a base that failed was not built because of it. */
function withBase(
  { reason, digest }: JudgedImage,
  base: string | undefined,
  judged: ReadonlyMap<string, JudgedImage>,
): string {
  const below = base === undefined ? undefined : judged.get(base);
  if (below?.fate !== 'failed' || digest !== '') return reason;
  return `not built: its base ${base} has failed: ${below.reason}`;
}

function incompleteOf(decisions: readonly Decision[]): readonly string[] {
  return decisions.flatMap(({ name, fate, platforms }) => {
    if (fate !== 'promoted') return [name];
    return [...platforms]
      .filter(([, state]) => state !== 'passed')
      .map(([platform]) => `${name}@${platform.split('/')[1]}`);
  });
}
