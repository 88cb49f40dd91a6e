import { defineTask, Flag, Text } from '#lib/tekton';

/** Konflux' task of this name and version, name for name. */
export const task = defineTask({
  name: 'init',
  version: '0.4.3',
  displayName: 'Begin a build',
  categories: ['Image Build'],
  tags: ['konflux'],
  description:
    'Says by which proxy the tasks of a build reach registries: the cache of the cluster, where both the build and the cluster want it. What the cluster says is ConfigMap cluster-config in namespace konflux-info.',
  params: {
    'enable-cache-proxy': Flag.default(false).describe('Whether the build wants the cache of the cluster.'),
  },
  results: {
    'http-proxy': Text.describe('host:port of the proxy; empty for none.'),
    'no-proxy': Text.describe('Hosts that are reached without it, with commas between them; empty for none.'),
  },
  steps: { init: { writes: ['http-proxy', 'no-proxy'], cpu: '100m', memory: '256Mi', timeout: '5m' } },
});
