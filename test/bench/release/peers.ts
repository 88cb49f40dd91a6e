import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goTool } from '#test/registries/go-tool';
import type { Command } from '../measure.ts';
import type { Component } from './components.ts';

const PLAIN = ['--src-tls-verify=false', '--dest-tls-verify=false'];

/** Calls of others, one after the other, a tag each. */
export interface Peers {
  readonly copies: Readonly<Record<string, Command>>;
  /** The same, and questions, where every tag names what it should. */
  readonly there: Readonly<Record<string, Command>>;
}

interface Copies {
  readonly components: readonly Component[];
  readonly from: string;
  readonly to: string;
  readonly tags: readonly string[];
}

/** @param directory where the lists of their arguments are written */
export async function peersOf(directory: string, copies: Copies): Promise<Peers> {
  const [crane, oras, cosign] = await Promise.all([
    goTool('crane'),
    goTool('oras'),
    goTool('cosign', { mayBuild: false }),
  ]);
  const pairs = pairsOf(copies);
  let count = 0;
  const each = (arity: number, lines: readonly string[], command: readonly string[]): Command => {
    const file = join(directory, `list-${count++}`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return { program: 'xargs', args: ['-a', file, '-n', String(arity), ...command] };
  };
  const plain = pairs.map(({ source, target }) => `${source} ${target}`);
  const docker = pairs.map(({ source, target }) => `docker://${source} docker://${target}`);
  const skopeo = ['skopeo', 'copy', '--quiet', '--all', '--preserve-digests', ...PLAIN];
  const both = {
    skopeo: each(2, docker, skopeo),
    ...(crane && { crane: each(2, plain, [crane, 'copy', '--insecure']) }),
  };
  const targets = pairs.map(({ target }) => target);
  return {
    copies: both,
    there: {
      ...both,
      ...(cosign && { cosign: each(2, plain, [cosign, 'copy', '-f', '--allow-http-registry']) }),
      ...(oras && { 'oras resolve': each(1, targets, [oras, 'resolve', '--plain-http']) }),
    },
  };
}

/** Upstream's form of apply-mapping: each image is inspected by a call of its own. */
export function inspectEach(directory: string, components: readonly Component[], host: string): Command {
  const file = join(directory, 'images');
  const images = components.map(({ name, digest }) => `docker://${host}/staging/${name}@${digest}`);
  writeFileSync(file, `${images.join('\n')}\n`);
  return {
    program: 'xargs',
    args: ['-a', file, '-n', '1', 'skopeo', 'inspect', '--no-tags', '--tls-verify=false'],
  };
}

/** Neighbours are of different repositories: skopeo gives up where two of it write one tag's repository at once. */
function pairsOf({ components, from, to, tags }: Copies) {
  return tags.flatMap((tag) =>
    components.map(({ name, digest }) => ({
      source: `${from}/staging/${name}@${digest}`,
      target: `${to}/production/${name}:${tag}`,
    })),
  );
}
