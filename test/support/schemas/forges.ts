/**
 * Those parts of what forges take that are used here, in which nothing else may stand; written after their own words, as
 * their schemas are under licences of their own.
 */
const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'object', additionalProperties: { type: 'string' } } as const;

function closed(properties: Readonly<Record<string, object>>, ...required: string[]): object {
  return { type: 'object', properties, required, additionalProperties: false };
}

function each(schema: object): object {
  return { type: 'object', additionalProperties: schema };
}

/** Metadata of an action: docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax */
export const actionSchema = closed(
  {
    name: text,
    author: text,
    description: text,
    inputs: each(
      closed(
        { description: text, required: { type: 'boolean' }, default: { type: 'string' } },
        'description',
      ),
    ),
    outputs: each(closed({ description: text, value: text }, 'value')),
    runs: closed(
      {
        using: { const: 'composite' },
        steps: {
          type: 'array',
          minItems: 1,
          items: closed(
            { name: text, id: text, if: text, shell: { enum: ['bash', 'sh'] }, env: texts, run: text },
            'run',
            'shell',
          ),
        },
      },
      'using',
      'steps',
    ),
    branding: closed({
      icon: text,
      color: { enum: ['white', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'] },
    }),
  },
  'name',
  'description',
  'runs',
);

/** Header of a component: docs.gitlab.com/ci/inputs/ */
export const componentSchema = closed(
  {
    spec: closed({
      inputs: each(
        closed({
          description: text,
          default: { type: 'string' },
          type: { enum: ['string', 'number', 'boolean', 'array'] },
          options: { type: 'array', items: text },
          regex: text,
        }),
      ),
    }),
  },
  'spec',
);

/** Jobs: docs.gitlab.com/ci/yaml/ */
export const jobsSchema = each(
  closed(
    {
      stage: text,
      image: closed({ name: text, entrypoint: { type: 'array', items: { type: 'string' } } }, 'name'),
      variables: texts,
      script: { type: 'array', items: text, minItems: 1 },
      artifacts: closed({
        when: { enum: ['on_success', 'on_failure', 'always'] },
        paths: { type: 'array', items: text },
        reports: closed({ junit: text }),
      }),
    },
    'script',
  ),
);

/** Hooks of a repository: pre-commit.com/#creating-new-hooks */
export const hooksSchema = {
  type: 'array',
  minItems: 1,
  items: closed(
    {
      id: text,
      name: text,
      description: text,
      entry: text,
      language: { enum: ['node', 'script', 'system', 'docker_image'] },
      language_version: text,
      files: text,
      args: { type: 'array', items: { type: 'string' } },
      pass_filenames: { type: 'boolean' },
      require_serial: { type: 'boolean' },
    },
    'id',
    'name',
    'entry',
    'language',
  ),
};
