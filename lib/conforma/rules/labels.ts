import * as z from 'zod';
import { type Finding, REDHAT, type Rule } from '../rule.ts';
import type { RuleData } from '../rule-data.ts';
import { provided } from './provided.ts';

const Label = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  replacement: z.string().optional(),
  values: z.array(z.string()).optional(),
  effective_on: z.string().optional(),
});
type Label = z.infer<typeof Label>;
const Labels = z.array(Label);

/** policy/release/labels and quay_expiration; none of them is about catalogs of operators. */
export const labels: readonly Rule[] = [
  {
    name: 'labels.optional_labels',
    collections: REDHAT,
    warns: true,
    find: ({ evidence, data }) =>
      listed(data, 'optional_labels')
        .filter(({ name }) => evidence.labels[name] === undefined)
        .map((label) => found(label, `The optional "${label.name}" label is missing`)),
  },
  {
    name: 'labels.deprecated_labels',
    collections: REDHAT,
    find: ({ evidence, data }) =>
      listed(data, 'deprecated_labels')
        .filter(({ name }) => evidence.labels[name] !== undefined)
        .map((label) =>
          found(label, `The "${label.name}" label is deprecated, replace with "${label.replacement}"`),
        ),
  },
  {
    name: 'labels.required_labels',
    collections: REDHAT,
    find: ({ evidence, data }) =>
      listed(data, 'required_labels').flatMap((label) => {
        const value = evidence.labels[label.name];
        if (value === undefined) return [found(label, `The required "${label.name}" label is missing`)];
        const { values = [] } = label;
        return values.length === 0 || values.includes(value)
          ? []
          : [found(label, `The "${label.name}" label is "${value}" and not one of: ${values.join(', ')}`)];
      }),
  },
  {
    name: 'labels.disallowed_inherited_labels',
    collections: REDHAT,
    find: ({ evidence, data }) =>
      listed(data, 'disallowed_inherited_labels')
        .filter(({ name }) => {
          const value = evidence.labels[name];
          return value !== undefined && value === evidence.parent?.labels?.[name];
        })
        .map((label) =>
          found(label, `The "${label.name}" label should not be inherited from the parent image`),
        ),
  },
  {
    name: 'labels.inaccessible_parent_config',
    collections: REDHAT,
    find: ({ evidence }) =>
      evidence.parent?.labels === null
        ? [`The parent image "${evidence.parent.reference}" cannot be read`]
        : [],
  },
  provided('labels.rule_data_provided', {
    required_labels: Labels,
    optional_labels: Labels,
    disallowed_inherited_labels: Labels,
    deprecated_labels: Labels,
  }),
  {
    name: 'quay_expiration.expires_label',
    collections: REDHAT,
    find: ({ evidence, data }) => {
      const intention = data.get('pipeline_intention');
      const isReleased = ['release', 'production', 'staging'].some((one) => one === intention);
      return isReleased && evidence.labels['quay.expires-after'] !== undefined
        ? ["The label 'quay.expires-after' is not allowed in the released image"]
        : [];
    },
  },
];

function listed(data: RuleData, key: string): readonly Label[] {
  return Labels.safeParse(data.get(key)).data ?? [];
}

function found({ name, effective_on: effectiveOn }: Label, message: string): Finding {
  return { message, term: name, ...(effectiveOn === undefined ? {} : { effectiveOn }) };
}
