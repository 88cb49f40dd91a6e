import { openCompose } from '#lib/compose';
import {
  type Digest,
  fetchManifest,
  formatPlatform,
  isIndex,
  kindOf,
  type ReadableTarget,
  readImages,
} from '#lib/oci';
import { checks, failures, inspectImage, nameOf, parseWaivers, type Report, runChecks } from '#lib/sanity';

/** What becomes of one component. */
export type Judgement =
  | { readonly kind: 'judged'; readonly report: Report }
  | { readonly kind: 'refused'; readonly why: string }
  /** It is no bootc image: nobody looked at more. */
  | { readonly kind: 'off'; readonly why: string };

export interface JudgeOptions {
  readonly digest: Digest;
  readonly compose: string | undefined;
  readonly waivers: readonly string[];
  readonly signal: AbortSignal;
  readonly onPlatform: (platform: string) => void;
}

const LABEL = 'containers.bootc';

/** Judges an image where all of its platforms say that they are bootc images. */
export async function judge(target: ReadableTarget, options: JudgeOptions): Promise<Judgement> {
  const { digest, waivers, compose, signal, onPlatform } = options;
  const known = parseWaivers(
    waivers,
    checks.map(({ id }) => id),
  );
  const labelled = await readLabels(target, digest, signal);
  const having = labelled.filter(({ isBootc }) => isBootc);
  if (having.length === 0) return { kind: 'off', why: `no platform has the label ${LABEL}=1` };
  if (having.length < labelled.length) {
    const without = labelled.filter(({ isBootc }) => !isBootc).map(({ platform }) => platform);
    return {
      kind: 'refused',
      why: `${having.map(({ platform }) => platform).join(', ')} has the label ${LABEL}=1, and ${without.join(', ')} has not`,
    };
  }
  const facts = await inspectImage(target, {
    reference: target.name,
    digest,
    expected: [],
    composes: compose === undefined ? [] : openCompose(compose, { signal }).then((one) => [one]),
    signal,
    onPlatform,
  });
  return { kind: 'judged', report: runChecks(checks, facts, known) };
}

async function readLabels(
  target: ReadableTarget,
  digest: Digest,
  signal: AbortSignal,
): Promise<readonly { readonly platform: string; readonly isBootc: boolean }[]> {
  const manifest = await fetchManifest(target, await target.resolve(digest, { signal }), { signal });
  // An artifact is no image of any platform.
  if (!isIndex(manifest) && kindOf(manifest.config.mediaType) !== 'config') return [];
  const { images } = await readImages(target, digest, { signal });
  return images.map(({ config, descriptor }) => ({
    platform: formatPlatform(descriptor.platform ?? config),
    isBootc: config.config?.Labels?.[LABEL] === '1',
  }));
}

/** The names of the checks that hold the image back; none for one that may go. */
export function problems(judgement: Judgement): readonly string[] {
  if (judgement.kind === 'off') return [];
  if (judgement.kind === 'refused') return [judgement.why];
  return failures(judgement.report).map(nameOf);
}

/** The checks that were skipped everywhere, by name. */
export function skipped(judgement: Judgement): readonly string[] {
  if (judgement.kind !== 'judged') return [];
  const byId = Map.groupBy(judgement.report.checks, ({ id }) => id);
  return [...byId].filter(([, own]) => own.every(({ result }) => result === 'skip')).map(([id]) => id);
}
