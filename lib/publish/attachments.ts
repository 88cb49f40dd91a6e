import {
  type Attachment,
  jsonAttachment,
  provenance,
  SLSA_PREDICATE_TYPE,
  STATEMENT_MEDIA_TYPE,
} from '#lib/attest';
import { type Descriptor, type Options, parseReference, readImages } from '#lib/oci';
import {
  packagesOfImage,
  type SbomOptions,
  SPDX_MEDIA_TYPE,
  type Subject,
  sbomOfBundle,
  sbomOfImage,
  sbomOfIndex,
} from '#lib/sbom';
import type { Item } from './item.ts';
import type { Plan } from './plan.ts';
import { referencesOf } from './references.ts';

/** What is attached to an item, or to one of the images of an index. */
export interface ItemAttachment {
  readonly subject: Descriptor;
  readonly attachment: Attachment;
}

/** The SBOM of what is published, of each image where there are several, and the provenance of the whole. */
export async function attachmentsOf(
  item: Item,
  plan: Plan,
  options: Options = {},
): Promise<readonly ItemAttachment[]> {
  const { root } = item;
  const subject = subjectOf(item, root);
  const sboms = item.object === undefined ? await imageSboms(item, plan, options) : [bundleSbom(item, plan)];
  const statement = provenance({
    subject,
    source: plan.source,
    dependencies: referencesOf(item.object).filter((reference) => reference.includes('@')),
    parameters: { kind: item.kind, name: item.name, version: item.version },
    builder: plan.builder,
  });
  return [
    ...sboms,
    {
      subject: root,
      attachment: jsonAttachment(STATEMENT_MEDIA_TYPE, `${item.name}.intoto.json`, statement, {
        // cosign and others read from these what a statement is about.
        'dev.sigstore.bundle.predicateType': SLSA_PREDICATE_TYPE,
        'in-toto.io/predicate-type': SLSA_PREDICATE_TYPE,
      }),
    },
  ];
}

function bundleSbom(item: Item, plan: Plan): ItemAttachment {
  const document = sbomOfBundle(
    subjectOf(item, item.root),
    { kind: item.object?.kind ?? '', name: item.name, license: item.license },
    referencesOf(item.object),
    sbomOptions(plan),
  );
  return { subject: item.root, attachment: sbom(item.name, document) };
}

async function imageSboms(item: Item, plan: Plan, options: Options): Promise<readonly ItemAttachment[]> {
  const { images } = await readImages(item.from, item.root.digest, options);
  const members: ItemAttachment[] = [];
  for (const image of images) {
    const { os, architecture } = image.config;
    const packages = await packagesOfImage(item.from, image, {
      ...options,
      stepDirectory: plan.stepDirectory,
    });
    const subject = subjectOf(item, image.descriptor);
    const document = sbomOfImage(subject, { os, architecture }, packages, sbomOptions(plan));
    members.push({ subject: image.descriptor, attachment: sbom(`${item.name}-${architecture}`, document) });
  }
  // An image that is published by itself is no index of itself.
  if (images.some(({ descriptor }) => descriptor.digest === item.root.digest)) return members;
  const variants = images.map(({ descriptor, config: { os, architecture } }) => ({
    digest: descriptor.digest,
    platform: { os, architecture },
  }));
  const document = sbomOfIndex(subjectOf(item, item.root), variants, sbomOptions(plan));
  return [...members, { subject: item.root, attachment: sbom(item.name, document) }];
}

function sbom(name: string, document: object): Attachment {
  return jsonAttachment(SPDX_MEDIA_TYPE, `${name}.spdx.json`, document);
}

function sbomOptions({ source }: Plan): SbomOptions {
  return { created: source.date, tool: 'bootc-catalog' };
}

function subjectOf({ destination, version }: Item, { digest }: Descriptor): Subject {
  return { reference: parseReference(destination.name), digest, version };
}
