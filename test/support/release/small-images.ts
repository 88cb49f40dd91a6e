import { createHash } from 'node:crypto';
import {
  companionTag,
  type Descriptor,
  packLayer,
  pushArtifact,
  pushImage,
  pushIndex,
  type Repository,
} from '#lib/oci';
import { randomFrom } from '#test/generated';

export interface SmallImage {
  readonly root: Descriptor;
  readonly members: readonly Descriptor[];
}

export interface SmallImageChoice {
  /** What makes it another image than others. */
  readonly content: string;
  readonly architectures?: readonly string[];
  /** Bytes of the layer that all platforms have in common; by default 20,000. */
  readonly size?: number;
  /** Tags of cosign beside the index. */
  readonly companions?: readonly ('sig' | 'att' | 'sbom')[];
  /** The same beside each image in it. */
  readonly memberCompanions?: readonly ('sig' | 'att' | 'sbom')[];
  readonly sourceContainer?: boolean;
  /** An artifact that refers to the first image of the index, and one that refers to that. */
  readonly referrers?: boolean;
}

/** Pushes a small index with what Konflux keeps beside one; no tag names the index itself. */
export async function pushSmallImage(to: Repository, choice: SmallImageChoice): Promise<SmallImage> {
  const { content, architectures = ['amd64', 'arm64'], size = 20_000 } = choice;
  const shared = await packLayer([{ path: 'shared', content: noise(content, size) }]);
  const members: Descriptor[] = [];
  for (const architecture of architectures) {
    const own = await packLayer([{ path: architecture, content: `${content} ${architecture}` }]);
    members.push(await pushImage(to, { config: { os: 'linux', architecture }, layers: [shared, own] }));
  }
  const root = await pushIndex(to, { manifests: members });
  const beside = async (descriptor: Descriptor, suffixes: SmallImageChoice['companions'] = []) => {
    for (const suffix of suffixes) {
      await pushTagged(
        to,
        companionTag(descriptor.digest, suffix),
        `${content} ${suffix} ${descriptor.digest}`,
      );
    }
  };
  await beside(root, choice.companions);
  for (const member of members) await beside(member, choice.memberCompanions);
  if (choice.sourceContainer) await pushTagged(to, companionTag(root.digest, 'src'), `${content} source`);
  if (choice.referrers) {
    const artifact = (text: string, subject: Descriptor | undefined) =>
      pushArtifact(to, {
        artifactType: 'application/vnd.example+json',
        ...(subject === undefined ? {} : { subject }),
        parts: [{ mediaType: 'text/plain', content: Buffer.from(text) }],
      });
    await artifact(`${content} about that`, await artifact(`${content} about`, members[0]));
  }
  return { root, members };
}

/** An image of one small layer under a tag. */
export async function pushTagged(to: Repository, tag: string, content: string): Promise<Descriptor> {
  const layers = [await packLayer([{ path: 'file', content }])];
  const root = await pushImage(to, { config: { os: 'linux', architecture: 'amd64' }, layers });
  await to.tag(root, tag);
  return root;
}

function noise(seed: string, size: number): Buffer {
  const random = randomFrom(createHash('sha256').update(seed).digest().readUInt32LE());
  return Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)));
}
