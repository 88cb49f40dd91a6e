import { type StepAction, type Task, toYaml } from '#lib/tekton';
import { type Catalog, defaultFolders } from './catalog.ts';
import { editorSchemaFile, editorSchemaText } from './editor-schema.ts';
import { pipelineObject, stepActionObject, taskObject } from './objects.ts';
import { indexFile, indexPage } from './pages/index-page.ts';
import { pipelinePage } from './pages/pipeline-page.ts';
import { stepActionPage } from './pages/step-action-page.ts';
import { taskPage } from './pages/task-page.ts';

/**
 * Every generated file of the repository: path to text. The same catalog gives the same bytes.
 *
 * @throws {InvalidDefinitionError} for what a cluster would refuse, with the name and the file of each thing
 */
export function renderCatalog(catalog: Catalog): Map<string, string> {
  const { tasks, pipelines, stepActions = [], stepImage: image, stepDirectory, manifests = {} } = catalog;
  const folders = catalog.folders ?? defaultFolders;
  const platforms = catalog.publication?.platforms;
  const files = new Map<string, string>();
  const actions = new Map<string, StepAction>();
  const known = new Map<string, Task>();
  for (const action of stepActions) {
    const object = stepActionObject(action, image);
    actions.set(action.name, object);
    files.set(`${folders.rendered}/stepactions/${action.name}.yaml`, toYaml(object));
    files.set(`${folders.stepActions}/${action.name}/README.md`, stepActionPage(action, object, catalog));
  }
  for (const task of tasks) {
    const lookUp = { stepActions: ({ name = '' }) => actions.get(name) };
    const object = taskObject(task, image, { stepDirectory, platforms }, lookUp);
    known.set(task.name, object);
    files.set(`${folders.rendered}/tasks/${task.name}.yaml`, toYaml(object));
    files.set(`${folders.tasks}/${task.name}/README.md`, taskPage(task, object, catalog));
  }
  for (const pipeline of pipelines) {
    const lookUp = { tasks: ({ name = '' }) => known.get(name) };
    const object = pipelineObject(pipeline, { image, stepDirectory, platforms }, lookUp);
    files.set(`${folders.rendered}/pipelines/${pipeline.name}.yaml`, toYaml(object));
    files.set(`${folders.pipelines}/${pipeline.name}.md`, pipelinePage(pipeline, object, catalog));
  }
  for (const [path, object] of Object.entries(manifests))
    files.set(`${folders.rendered}/${path}.yaml`, toYaml(object));
  files.set(indexFile(catalog), indexPage(catalog));
  files.set(editorSchemaFile(folders), editorSchemaText(catalog));
  return files;
}
