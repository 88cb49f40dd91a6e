const text = {
  type: 'object',
  required: ['text'],
  properties: { text: { type: 'string', minLength: 1 } },
  additionalProperties: false,
};
const level = { enum: ['none', 'note', 'warning', 'error'] };
const closed = (properties: Readonly<Record<string, object>>, ...required: string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const list = (items: object) => ({ type: 'array', items });
const location = closed({
  physicalLocation: closed({
    // A URI of an image, or of a file below the folder that is looked at.
    artifactLocation: closed({ uri: { type: 'string', pattern: '^[!-~]+$' } }),
    region: closed({
      startLine: { type: 'integer', minimum: 1 },
      startColumn: { type: 'integer', minimum: 1 },
    }),
  }),
  logicalLocations: list(closed({ name: { type: 'string' }, fullyQualifiedName: { type: 'string' } })),
});
/**
 * Those definitions of sarif-schema-2.1.0.json (OASIS, docs.oasis-open.org/sarif/sarif/v2.1.0) that are used here, in which
 * nothing else may stand.
 */
export const sarifSchema = closed(
  {
    $schema: { type: 'string' },
    version: { const: '2.1.0' },
    runs: list(
      closed(
        {
          tool: closed(
            {
              driver: closed(
                {
                  name: { type: 'string' },
                  informationUri: { type: 'string' },
                  rules: list(
                    closed(
                      {
                        id: { type: 'string' },
                        shortDescription: text,
                        fullDescription: text,
                        help: text,
                        defaultConfiguration: closed({ level }),
                      },
                      'id',
                    ),
                  ),
                },
                'name',
              ),
            },
            'driver',
          ),
          invocations: list(
            closed(
              {
                executionSuccessful: { type: 'boolean' },
                toolExecutionNotifications: list(
                  closed({ level, message: text, locations: list(location) }, 'message'),
                ),
              },
              'executionSuccessful',
            ),
          ),
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          results: list(
            closed(
              {
                ruleId: { type: 'string' },
                ruleIndex: { type: 'integer', minimum: 0 },
                level,
                message: text,
                locations: list(location),
                properties: { type: 'object' },
                suppressions: list(
                  closed(
                    { kind: { enum: ['inSource', 'external'] }, justification: { type: 'string' } },
                    'kind',
                  ),
                ),
              },
              'message',
            ),
          ),
        },
        'tool',
      ),
    ),
  },
  'version',
  'runs',
);
