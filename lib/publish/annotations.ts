import type { Source } from './source.ts';

export const VERSION = 'org.opencontainers.image.version';
export const REVISION = 'org.opencontainers.image.revision';

/** What a manifest says about itself (image-spec v1.1.1, "Pre-Defined Annotation Keys"). */
export function annotationsOf(
  about: {
    readonly name: string;
    readonly version: string;
    readonly description?: string | undefined;
    /** SPDX expression. */
    readonly licenses?: string | undefined;
  },
  source: Source,
): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.title': about.name,
    ...(about.description === undefined ? {} : { 'org.opencontainers.image.description': about.description }),
    [VERSION]: about.version,
    'org.opencontainers.image.source': source.url,
    [REVISION]: source.revision,
    ...(about.licenses === undefined ? {} : { 'org.opencontainers.image.licenses': about.licenses }),
  };
}
