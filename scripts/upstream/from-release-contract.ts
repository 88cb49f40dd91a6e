import { readInterface, type Upstream } from '#lib/catalog';

/** What ../shared/contract/konflux-release.json says of the pipeline, as far as an interface is made of it. */
export interface ReleaseContract {
  readonly pipeline: {
    /** Repository, commit and path of the pipeline. */
    readonly source: string;
    readonly tasks: readonly {
      readonly name: string;
      /** For a task of another repository: `<url>@<commit> <path>`. */
      readonly path: string;
      readonly params: Readonly<Record<string, unknown>>;
    }[];
  };
}

/**
 * A task that upstream's release pipeline takes from git, with as much of its interface as that pipeline shows: the params
 * that it passes, each of them needed.
 *
 * @param task name of the pipeline task
 */
export function upstreamFromReleaseContract({ pipeline }: ReleaseContract, task: string): Upstream {
  const { path = '', params = {} } = pipeline.tasks.find(({ name }) => name === task) ?? {};
  const [repository = '', file] = path.split(' ');
  const name = /(?<name>[^/]+)\.yaml$/.exec(path)?.groups?.name;
  if (file === undefined || name === undefined)
    throw new Error(`upstream's release pipeline takes no ${task} from git`);
  const source = { git: `${repository}:${file}` };
  const seen = {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name },
    spec: {
      params: Object.keys(params).map((param) => ({ name: param, type: 'string' })),
      steps: [{ name: 'unknown', image: 'unknown' }],
    },
  } as const;
  return { ...readInterface(seen, source, pipeline.source), ...source };
}
