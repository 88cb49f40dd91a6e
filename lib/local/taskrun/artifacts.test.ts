import { expect, test } from 'vitest';
import {
  artifactReplacements,
  artifactText,
  mergeArtifacts,
  parseArtifacts,
  substituteStepArtifacts,
} from './artifacts.ts';

const image = {
  name: 'image',
  buildOutput: true,
  values: [{ uri: 'a<b', digest: { sha256: '2', sha1: '1' } }],
};

test('values are JSON as Go writes it', () => {
  expect(artifactText(image)).toBe('[{"digest":{"sha1":"1","sha256":"2"},"uri":"a\\u003cb"}]');
});

test('values of one name come together, each once, and a build output stays one', () => {
  const merged = mergeArtifacts([
    { outputs: [image] },
    {
      outputs: [
        { name: 'image', values: [{ uri: 'c' }, { uri: 'a<b', digest: { sha1: '1', sha256: '2' } }] },
      ],
    },
  ]);

  expect(merged.outputs).toMatchObject([
    { name: 'image', buildOutput: true, values: [{ uri: 'a<b' }, { uri: 'c' }] },
  ]);
});

test.for(['', 'no json', '[]', 'null', '{"outputs": 1}', '{"outputs": [1]}'])(
  'takes no artifact from %j',
  (text) => {
    expect(parseArtifacts(text)?.outputs ?? []).toEqual([]);
  },
);

test('the first artifact also goes without its name', () => {
  expect(Object.fromEntries(artifactReplacements('build', { outputs: [{ name: 'a', values: [] }] }))).toEqual(
    {
      'tasks.build.outputs.a': '[]',
      'tasks.build.outputs': '[]',
    },
  );
});

test('an artifact of an earlier step goes into a text, a missing one keeps the text as it is', async () => {
  const read = async (container: string) => (container === 'step-build' ? { outputs: [image] } : undefined);

  expect(await substituteStepArtifacts('$(steps.build.outputs.image)', read)).toBe(artifactText(image));
  expect(await substituteStepArtifacts('$(steps.build.outputs.image) $(steps.x.inputs.y)', read)).toBe(
    '$(steps.build.outputs.image) $(steps.x.inputs.y)',
  );
});
