import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataObject, valid } from './custom-resources.ts';

const schemas = join(import.meta.dirname, '../../../../shared/schemas/konflux');

test.skipIf(!existsSync(schemas))(
  'a test can make no object that a cluster with the CRDs would refuse',
  () => {
    const release = dataObject({ any: { thing: [1, null] } }, 'Release');

    expect(() => valid({ ...release, spec: { snapshot: 'snap' } })).toThrow(
      /Release of a test: .*releasePlan/,
    );
    expect(() => valid({ ...release, spec: { ...release.spec, typo: 1 } })).toThrow('unknown field typo');
    expect(() => dataObject({}, 'ReleasePlan', { status: { typo: 1 } })).toThrow('unknown field typo');
  },
);
