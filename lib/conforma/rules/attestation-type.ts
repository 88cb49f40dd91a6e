import { BOTH, type Rule } from '../rule.ts';
import { textsIn } from '../rule-data.ts';
import { provided, SomeTexts } from './provided.ts';

/** policy/release/attestation_type */
export const attestationType: readonly Rule[] = [
  {
    name: 'attestation_type.known_attestation_type',
    collections: BOTH,
    find: ({ statements, data }) =>
      statements
        .filter(({ _type }) => !textsIn(data.get('known_attestation_types')).includes(_type))
        .map(({ _type }) => `Unknown attestation type '${_type}'`),
  },
  provided('attestation_type.known_attestation_types_provided', { known_attestation_types: SomeTexts }),
  {
    name: 'attestation_type.pipelinerun_attestation_found',
    collections: BOTH,
    find: ({ statements }) => (statements.length === 0 ? ['Missing pipelinerun attestation'] : []),
  },
];
