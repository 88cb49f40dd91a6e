import {
  exampleOf,
  inBundle,
  type PipelineDefinition,
  type Schemas,
  type StepActionDefinition,
  type TaskDefinition,
  toYaml,
  type Workspaces,
  wireDefault,
} from '#lib/tekton';
import type { BundleName } from '../published.ts';
import { yamlBlock } from './page.ts';

/** What one copies into a pipeline: everything that has no default is there, with a value of its form. */
export function taskSnippet(task: TaskDefinition, bundle: BundleName): string {
  const entry = {
    name: task.name,
    taskRef: inBundle('task', task.name, bundle.reference),
    ...paramsField(task.params),
    ...workspacesField(task.workspaces, (name) => ({ name, workspace: name })),
  };
  return usage('In the tasks of a Pipeline:', bundle, toYaml([[entry]]));
}

/** A whole PipelineRun, as it may lie in `.tekton`. */
export function pipelineSnippet(pipeline: PipelineDefinition, bundle: BundleName): string {
  const run = {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { generateName: `${pipeline.name.slice(0, 50)}-` },
    spec: {
      pipelineRef: inBundle('pipeline', pipeline.name, bundle.reference),
      ...paramsField(pipeline.params),
      ...workspacesField(pipeline.workspaces, (name) => ({ name, emptyDir: {} })),
    },
  };
  return usage('As a PipelineRun, for a file in `.tekton` or for `kubectl create`:', bundle, toYaml(run));
}

/** A step of a task. */
export function stepActionSnippet(action: StepActionDefinition, bundle: BundleName): string {
  const entry = {
    name: action.name,
    ref: inBundle('stepaction', action.name, bundle.reference),
    ...paramsField(action.params),
  };
  return usage('In the steps of a Task:', bundle, toYaml([[entry]]));
}

function usage(where: string, { isPublished }: BundleName, yaml: string): string {
  const note = isPublished
    ? 'A later version has another digest; Renovate moves it.'
    : 'This version is not published yet. When it is, its digest stands here; until then write none, or that of your own registry.';
  return `## Use it\n\n${where}\n\n${yamlBlock(yaml)}\n\n${note}`;
}

function paramsField(schemas: Schemas): object {
  const needed = Object.entries(schemas).filter(([, schema]) => wireDefault(schema) === undefined);
  const params = needed.map(([name, schema]) => ({ name, value: exampleOf(schema, `<${name}>`) }));
  return params.length === 0 ? {} : { params };
}

function workspacesField(workspaces: Workspaces, bind: (name: string) => object): object {
  const needed = Object.entries(workspaces).filter(([, { optional }]) => optional !== true);
  return needed.length === 0 ? {} : { workspaces: needed.map(([name]) => bind(name)) };
}
