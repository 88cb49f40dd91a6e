import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FLAG } from '#lib/bundle-steps';
import type { Command } from '../measure.ts';
import type { Component } from './components.ts';

const steps = join(import.meta.dirname, '../../../dist/steps');

interface Release {
  readonly components: readonly Component[];
  readonly from: string;
  readonly to: string;
  readonly tags: readonly string[];
}

/** The step push-snapshot as a pod runs it, with its files in a directory of their own. */
export function pushSnapshot(directory: string, { components, from, to, tags }: Release): Command {
  const mapped = components.map(({ name, digest }) => ({
    name,
    containerImage: `${from}/staging/${name}@${digest}`,
    repositories: [{ url: `${to}/production/${name}`, tags }],
  }));
  return step('push-snapshot', directory, { components: mapped }, {}, ['--resultsDirPath=results']);
}

/** The step apply-mapping with a tag of the label and of the time that each image has. */
export function applyMapping(directory: string, components: readonly Component[], from: string): Command {
  const listed = components.map(({ name, digest }) => ({
    name,
    containerImage: `${from}/staging/${name}@${digest}`,
  }));
  const tags = ['{{ labels.version }}', '{{ labels.version }}-{{ timestamp }}'];
  const mapping = {
    components: components.map(({ name }) => ({ name, repository: `${from}/production/${name}`, tags })),
  };
  return step('apply-mapping', directory, { application: 'app', components: listed }, { mapping }, []);
}

function step(
  name: string,
  directory: string,
  snapshot: object,
  data: object,
  params: readonly string[],
): Command {
  const dataDir = join(directory, 'release');
  const results = join(directory, 'results');
  const write = () => {
    for (const folder of [dataDir, results]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(dataDir, 'snapshot.json'), JSON.stringify(snapshot));
    writeFileSync(join(dataDir, 'data.json'), JSON.stringify(data));
  };
  write();
  return {
    program: join(steps, 'node'),
    args: [
      NODE_FLAG,
      join(steps, name, name),
      `--workspace.workdir=${directory}`,
      `--dataDir=${dataDir}`,
      '--snapshotPath=snapshot.json',
      '--dataPath=data.json',
      ...params,
    ],
    env: { STEP_RESULTS: results, RELEASE_CLAIM: '' },
    // apply-mapping writes over the Snapshot.
    before: write,
  };
}
