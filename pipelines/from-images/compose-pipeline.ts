import * as z from 'zod';
import { failableOf, type ImageSet } from '#lib/images';
import { TlsVerify } from '#lib/konflux';
import { at, definePipeline, Flag, ImageUrl, key, oneOf, Platform, Text, text } from '#lib/tekton';
import { task as composeGate } from '../../tasks/compose-gate/task.ts';
import { task as makeReposImage } from '../../tasks/make-repos-image/task.ts';
import { task as pushToExternalRegistry } from '../../tasks/push-to-external-registry/task.ts';
import { type BuiltImage, isBuilt } from './built-image.ts';
import { addChain, type Chain } from './chain.ts';

/**
 * The pipeline that takes a compose to production, from the set of images: for each a chain of build, index and checks,
 * then one gate, then a push for each that the gate lets through. A sixth image is one entry of the set.
 */
export function composePipeline(name: string, set: ImageSet) {
  const images = set.images.filter(isBuilt);
  const names = images.map(({ name }) => name);
  return definePipeline({
    name,
    version: '0.2.0',
    displayName: 'From a compose to production',
    description:
      'Builds every bootc image of a compose in progress, checks them, and copies to production what the gate finds fit: all that is required, or nothing.',
    params: Object.assign(paramsOf(set, names), platformParams(images)),
    workspaces: {
      source: { description: 'Containerfile and manifests of the images.' },
      reports: {
        description: 'Where the sanity checks and the gate write their reports.',
        optional: true,
      },
    },

    // Lines run from top to bottom: a task can only use what stands above it, so no cycle can be written.
    body({ params, workspaces, context, run }) {
      const tag = text`${params.branch}-${params.timestamp}`;
      const RUN = context.pipelineRun.uid;
      const TLSVERIFY = params['tls-verify'];

      const repos = run('make-repos-image', makeReposImage, {
        params: {
          COMPOSE: params.compose,
          COMPOSES: params.composes,
          IMAGE: text(ImageUrl)`${params['repos-image']}:${tag}`,
          PLATFORMS: params['build-platforms'],
          GPGCHECK: params.gpgcheck,
          TLSVERIFY,
        },
      });

      const chains: Chain[] = [];
      for (const image of images) {
        const platforms = image.hasOwnPlatforms ? params[`${image.name}-platforms`] : undefined;
        chains.push(
          addChain(run, {
            image,
            place: text(ImageUrl)`${params['output-image']}:${tag}${image.suffix}`,
            platforms: platforms ?? params['build-platforms'],
            base: image.made.of === 'image' ? chainOf(chains, image.made.from) : undefined,
            repos,
            params,
            workspaces,
            run: RUN,
          }),
        );
      }

      const production = params['production-images'];
      const gate = run('gate', composeGate, {
        params: {
          IMAGES: chains.map(({ image, place }) => text`${image.name}=${place}`),
          SELECTED: params.images,
          BASES: images.flatMap(({ name, made }) => (made.of === 'image' ? [`${name}=${made.from}`] : [])),
          FAILABLE: params.failable,
          PRODUCTION: names.map((name) => text`${name}=${key(production, name)}`),
          PRODUCTION_TAGS: params['production-tags'],
          ALLOW_DROP: params['allow-drop'],
          RUN,
          TLSVERIFY,
        },
        workspaces: { reports: workspaces.reports },
        // Each of them has run or was skipped by its own `when`: one that was skipped for any other reason would skip the gate, too.
        runAfter: chains.flatMap(({ checks }) => checks),
      });

      // What is pushed is the digest that the gate has looked at, and no result of a task in between.
      for (const [index, { image, place }] of chains.entries()) {
        run(`push-${image.name}`, pushToExternalRegistry, {
          params: {
            IMAGE_URL: place,
            IMAGE_DIGEST: at(gate.results.DIGESTS, index),
            REPOSITORY: text(ImageUrl)`${key(production, image.name)}`,
            TAGS: params['production-tags'],
            TLSVERIFY,
          },
          when: [oneOf(image.name, gate.results.PROMOTE)],
        });
      }

      return {
        ...Object.fromEntries(
          chains.map(({ image, index }) => [
            `${image.name}-image`,
            { value: index.results.IMAGE_REF, description: `The ${image.name} image, promoted or not.` },
          ]),
        ),
        promoted: { value: gate.results.PROMOTE, description: 'Names of the images in production.' },
        incomplete: {
          value: gate.results.INCOMPLETE,
          description: 'What is missing or held back: image, or image@architecture.',
        },
      };
    },
  });
}

function chainOf(chains: readonly Chain[], name: string): Chain {
  const chain = chains.find(({ image }) => image.name === name);
  if (chain !== undefined) return chain;
  throw new Error(`the image ${name} stands after what is made of it`);
}

type Platforms = z.ZodPrefault<z.ZodArray<typeof Platform>>;

/** `iot-platforms` of an image that is built for others than the rest. */
function platformParams(images: readonly BuiltImage[]): Readonly<Record<`${string}-platforms`, Platforms>> {
  return Object.fromEntries(
    images
      .filter(({ hasOwnPlatforms }) => hasOwnPlatforms)
      .map(({ name, platforms }) => [
        `${name}-platforms`,
        z
          .array(Platform)
          .prefault([...platforms])
          .describe(`Platforms to build ${name} for, each of them one of build-platforms.`),
      ]),
  );
}

function paramsOf(set: ImageSet, names: readonly string[]) {
  return {
    compose: Text.default('').describe(
      'URL of the compose: the directory that holds COMPOSE_ID and STATUS, or what pungi calls its location.',
    ),
    composes: z
      .array(z.string())
      .default([])
      .describe('Several composes in its place, as role=URL; a package is taken from the first that has it.'),
    branch: Text.describe('Release branch, the first part of every tag: 43, rawhide.'),
    timestamp: Text.describe('The second part of every tag, such as 202611230000.'),
    images: z
      .array(z.string())
      .default([...names])
      .describe('Names of the images to build; by default all.'),
    failable: z
      .array(z.string())
      .default(failableOf(set.images))
      .describe('What may fail without holding the rest back: image, image@architecture or *@architecture.'),
    'repos-image': ImageUrl.prefault(set.flow.compose).describe('Repository of the repos image.'),
    'output-image': ImageUrl.prefault(set.flow.images).describe('Repository that images are built into.'),
    'production-images': z
      .object(Object.fromEntries(names.map((name) => [name, z.string()])))
      .default(Object.fromEntries(names.map((name) => [name, ''])))
      .describe('Repository that each image is promoted to, by its name; needed for those that are built.'),
    'production-tags': z.array(z.string()).describe('Tags that move there; floating ones at the end.'),
    'allow-drop': z
      .array(z.string())
      .default([])
      .describe(
        'Architectures that a tag in production may lose, as image@architecture=reason;until=YYYY-MM-DD.',
      ),
    'builder-image': Text.default('quay.io/fedora/fedora:rawhide').describe(
      'Image with rpm-ostree in which the root of an image is installed.',
    ),
    'build-platforms': z
      .array(Platform)
      .prefault([...set.platforms])
      .describe('Platforms to build for; put one that is required first.'),
    gpgcheck: Flag.default(true).describe('Whether packages must be signed.'),
    waivers: z
      .array(z.string())
      .default([])
      .describe('Sanity checks to waive, as check=reason; with ;until=YYYY-MM-DD at its end, to that day.'),
    'tls-verify': TlsVerify,
    'lint-args': z
      .array(z.string())
      .default([])
      .describe('Arguments for `bootc container lint`, such as --skip=<lint>.'),
  };
}
