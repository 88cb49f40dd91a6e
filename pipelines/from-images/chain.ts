import type { z } from 'zod';
import {
  type ImageUrl,
  noneOf,
  oneOf,
  type PipelineScope,
  type Platform,
  type Ref,
  type TaskNode,
  text,
} from '#lib/tekton';
import { task as bootcLint } from '../../tasks/bootc-lint/task.ts';
import { task as buildImageIndex } from '../../tasks/build-image-index/task.ts';
import { task as buildahBootc } from '../../tasks/buildah-bootc/task.ts';
import type { task as makeReposImage } from '../../tasks/make-repos-image/task.ts';
import { task as sanityCheck } from '../../tasks/sanity-check/task.ts';
import type { BuiltImage } from './built-image.ts';

type Results<R> = { readonly [K in keyof R]: Ref<z.output<R[K]>> };

/** What one image is made by, and what its chain gives to the gate and to who stands on it. */
export interface Chain {
  readonly image: BuiltImage;
  /** Repository and tag of its index. */
  readonly place: Ref<ImageUrl>;
  readonly index: TaskNode<Results<typeof buildImageIndex.results>>;
  readonly check: TaskNode<Results<typeof sanityCheck.results>>;
  /** Those that the gate waits for. */
  readonly checks: readonly TaskNode[];
}

interface ChainOptions {
  readonly image: BuiltImage;
  readonly place: Ref<ImageUrl>;
  readonly platforms: Ref<readonly Platform[]>;
  /** The chain of the image that it stands on. */
  readonly base: Chain | undefined;
  readonly repos: TaskNode<Results<typeof makeReposImage.results>>;
  readonly params: ChainParams;
  readonly workspaces: Readonly<Record<'source' | 'reports', { readonly workspace: string }>>;
  /** Id of the run. */
  readonly run: Ref<string>;
}

interface ChainParams {
  readonly images: Ref<readonly string[]>;
  readonly failable: Ref<readonly string[]>;
  readonly waivers: Ref<readonly string[]>;
  readonly 'builder-image': Ref<string>;
  readonly 'lint-args': Ref<readonly string[]>;
  readonly 'tls-verify': Ref<boolean>;
}

/**
 * Build, index and checks of one image. Each may fail without ending the run, for the gate alone decides; but for the lint,
 * whose verdict nobody can attach: it holds everything back, so that an image that may fail as a whole has none.
 */
export function addChain(run: PipelineScope<never, never>['run'], options: ChainOptions): Chain {
  const { image, place, platforms, base, repos, params, workspaces } = options;
  const { name, made } = image;
  const TLSVERIFY = params['tls-verify'];
  const isAskedFor = oneOf(name, params.images);

  const builds = run(`build-${name}`, buildahBootc, {
    matrix: { PLATFORM: platforms },
    params: {
      IMAGE: place,
      FROM_IMAGE: base?.index.results.IMAGE_REF ?? repos.results.IMAGE_REF,
      DOCKERFILE: made.containerfile,
      CONTEXT: made.context,
      BUILD_ARGS: [
        text`BUILDER_IMAGE=${params['builder-image']}`,
        text`RELEASEVER=${repos.results.RELEASE_VERSION}`,
        ...made.buildArgs,
      ],
      LABELS: [text`org.opencontainers.image.version=${repos.results.RELEASE_NUMBER}`],
      COMPOSE_ID: repos.results.COMPOSE_ID,
      TLSVERIFY,
    },
    workspaces: { source: workspaces.source },
    // What stands on an image that has failed its check is not built.
    when: [isAskedFor, ...(base ? [oneOf(base.check.results.VERDICT, ['PASSED', 'WARNED'])] : [])],
    onError: 'continue',
  });
  const index = run(`index-${name}`, buildImageIndex, {
    params: {
      IMAGE: place,
      IMAGES: builds.results.IMAGE_REF,
      PLATFORMS: platforms,
      NAME: name,
      FAILABLE: params.failable,
      RUN: options.run,
      TLSVERIFY,
    },
    when: [isAskedFor],
    onError: 'continue',
  });
  const target = { IMAGE_URL: index.results.IMAGE_URL, IMAGE_DIGEST: index.results.IMAGE_DIGEST };
  const check = run(`sanity-check-${name}`, sanityCheck, {
    params: {
      ...target,
      // Not the params, which may lead to later composes by then.
      COMPOSES: repos.results.COMPOSE_URLS,
      WAIVERS: params.waivers,
      RUN: options.run,
      TLSVERIFY,
    },
    workspaces: { reports: workspaces.reports },
    // Without an index this is false, as nothing is put in: so it is skipped for its own `when`, and the gate still runs.
    when: [oneOf(index.results.IMAGE_URL, [place])],
    onError: 'continue',
  });
  const lint = run(`bootc-lint-${name}`, bootcLint, {
    params: { ...target, LINT_ARGS: params['lint-args'] },
    when: [
      // Its pod runs the image itself: of an index without one for the node, it would wait for a pull in vain.
      oneOf(index.results.NODE_PLATFORM, index.results.PLATFORMS),
      noneOf(name, params.failable),
    ],
  });
  return { image, place, index, check, checks: [check, lint] };
}
