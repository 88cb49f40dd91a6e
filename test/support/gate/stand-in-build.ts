import { createRegistryClient, parseReference } from '#lib/oci';
import type { Task } from '#lib/tekton';
import { pushBootcImage } from '../images/bootc-image.ts';
import { elf } from '../images/bootc-root.ts';

/** Machines of ELF, by OCI's names of architectures. */
const programs = { amd64: elf(62), s390x: elf(22, 2) } as const;

/** The digest of what is built, by what the place of the image ends with and the platform: `-minimal linux/amd64`. */
type Built = Readonly<Record<string, string>>;

/** Pushes an image for each architecture that no check has anything against, of which no two are the same. */
export async function pushGoodImages(repository: string, suffix: string): Promise<Built> {
  using client = createRegistryClient();
  const target = client.repository(parseReference(repository));
  const digests: [string, string][] = [];
  for (const [architecture, program] of Object.entries(programs)) {
    const files = { 'usr/lib/systemd/systemd': program, 'usr/lib/which-image': suffix };
    const { digest } = await pushBootcImage(target, { files, config: { architecture } });
    digests.push([`${suffix} linux/${architecture}`, digest]);
  }
  return Object.fromEntries(digests);
}

/**
 * Stands in for buildah-bootc: it builds nothing, and says of a platform what was pushed for it. Everything behind it is
 * the catalog's own.
 */
export function standInBuild(task: Task, repository: string, digests: Built): Task {
  // The longest suffix first: that of the plain image is empty.
  const cases = Object.entries(digests)
    .sort(([a], [b]) => b.length - a.length)
    .map(([place, digest]) => `*"${place}") digest=${digest};;`);
  const script = [
    '#!/bin/sh -e',
    `case "$1 $5" in ${cases.join(' ')} *) exit 1;; esac`,
    `printf %s "${repository}" >"$2"`,
    'printf %s "$digest" >"$3"',
    `printf %s "${repository}@$digest" >"$4"`,
  ].join('\n');
  const args = [
    '$(params.IMAGE)',
    ...['IMAGE_URL', 'IMAGE_DIGEST', 'IMAGE_REF'].map((name) => `$(results.${name}.path)`),
    '$(params.PLATFORM)',
  ];
  return stepInPlace(task, script, args);
}

/** Stands in for bootc-lint, whose image would have to run: it finds nothing. */
export function standInLint(task: Task): Task {
  return stepInPlace(task, 'printf "{}" >"$1"', ['$(results.TEST_OUTPUT.path)']);
}

function stepInPlace(task: Task, script: string, args: readonly string[]): Task {
  const { volumes: _, stepTemplate: _template, ...spec } = task.spec ?? {};
  return { ...task, spec: { ...spec, steps: [{ name: 'stand-in', image: 'any', script, args: [...args] }] } };
}
