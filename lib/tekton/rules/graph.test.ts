import { type Case, image, pipelineOf, testCases } from '#test/tekton-objects';

const graph: readonly Case[] = [
  [
    'pkg/reconciler/pipeline/dag/dag.go findCyclesInDependencies',
    pipelineOf(
      { runAfter: ['t1'] },
      { params: [{ name: 'p', value: '$(tasks.t2.results.r)' }] },
      { runAfter: ['t0'] },
    ),
    'spec.tasks[0]',
    'cycle detected; task "t0" depends on "t1" (t0 -> t1 -> t2 -> t0)',
  ],
  [
    'pkg/reconciler/pipeline/dag/dag.go findCyclesInDependencies',
    pipelineOf({ runAfter: ['t0'] }),
    'spec.tasks[0]',
    'cycle detected; task "t0" depends on "t0" (t0 -> t0)',
  ],
  [
    'pkg/reconciler/pipeline/dag/dag.go addLink',
    pipelineOf({ runAfter: ['zz'] }),
    'spec.tasks[0].runAfter[0]',
    "task t0 depends on zz but zz wasn't present in Pipeline",
  ],
  [
    'pkg/reconciler/pipeline/dag/dag.go addLink',
    pipelineOf({
      taskRef: undefined,
      taskSpec: { steps: [{ image, script: 'echo $(tasks.zz.results.r)' }] },
    }),
    'spec.tasks[0]',
    "zz wasn't present in Pipeline",
  ],
  [
    'pkg/reconciler/pipeline/dag/dag.go addLink',
    pipelineOf({
      matrix: { include: [{ name: 'i', params: [{ name: 'p', value: '$(tasks.zz.results.r)' }] }] },
    }),
    'spec.tasks[0]',
    "zz wasn't present in Pipeline",
  ],
];
testCases(graph);
