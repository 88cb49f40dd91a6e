import { isSameImage, parseImageName } from '../image-name.ts';
import { BOTH, REDHAT, type Rule } from '../rule.ts';
import { textsIn } from '../rule-data.ts';
import { buildTasks, builtDigests, builtUrls, taskName } from '../tasks.ts';
import { isTrusted } from '../trust.ts';
import { provided, SomeTexts } from './provided.ts';

/** policy/release/slsa_build_build_service, slsa_build_scripted_build and slsa_provenance_available */
export const slsaBuild: readonly Rule[] = [
  {
    name: 'slsa_build_build_service.slsa_builder_id_found',
    collections: BOTH,
    find: ({ statements }) =>
      statements
        .filter(({ predicate }) => predicate.builder?.id === undefined)
        .map(() => 'Builder ID not set in attestation'),
  },
  {
    name: 'slsa_build_build_service.slsa_builder_id_accepted',
    collections: BOTH,
    find: ({ statements, data }) =>
      statements
        .flatMap(({ predicate }) => predicate.builder?.id ?? [])
        .filter((id) => !textsIn(data.get('allowed_builder_ids')).includes(id))
        .map((id) => `Builder ID "${id}" is unexpected`),
  },
  provided('slsa_build_build_service.allowed_builder_ids_provided', { allowed_builder_ids: SomeTexts }, BOTH),
  {
    name: 'slsa_build_scripted_build.build_script_used',
    collections: BOTH,
    find: ({ statements }) =>
      statements
        .flatMap((statement) => buildTasks(statement))
        .filter(({ steps }) => (steps ?? []).length === 0)
        .map(({ name }) => `Build task "${name}" does not contain any steps`),
  },
  {
    name: 'slsa_build_scripted_build.build_task_image_results_found',
    collections: BOTH,
    find: ({ statements }) =>
      statements.filter((statement) => buildTasks(statement).length === 0).map(() => 'Build task not found'),
  },
  {
    name: 'slsa_build_scripted_build.subject_build_task_matches',
    collections: BOTH,
    find: ({ statements }) =>
      statements.flatMap((statement) => {
        const builds = buildTasks(statement);
        const built = builds.flatMap((task) => {
          const digests = builtDigests(task);
          return builtUrls(task).map((url, index) => `${url}@${digests[index] ?? ''}`);
        });
        if (builds.length === 0) return [];
        return statement.subject
          .flatMap(({ name, digest }) =>
            Object.entries(digest).map(([algorithm, value]) => `${name}@${algorithm}:${value}`),
          )
          .filter((subject) => !built.some((image) => isSameImage(image, subject)))
          .map((subject) => `The attestation subject, "${subject}", does not match any of the images built`);
      }),
  },
  {
    name: 'slsa_build_scripted_build.image_built_by_trusted_task',
    collections: REDHAT,
    find: (question) => {
      const { image } = question.evidence;
      const digest = parseImageName(image)?.digest ?? '';
      const builders = question.statements
        .flatMap((statement) => buildTasks(statement))
        .filter((task) => builtDigests(task).includes(digest));
      const untrusted = builders.filter((task) => !isTrusted(task, question)).map(taskName);
      const said = `Image "${image}" not built by a trusted task`;
      if (builders.length === 0) return [`${said}: No Pipeline Tasks built the image`];
      return untrusted.length === 0
        ? []
        : [`${said}: Build Task(s) "${[...new Set(untrusted)].join(',')}" are not trusted`];
    },
  },
  {
    name: 'slsa_provenance_available.attestation_predicate_type_accepted',
    collections: BOTH,
    find: ({ statements, data }) => {
      const allowed = textsIn(data.get('allowed_predicate_types'));
      return statements
        .filter(({ predicateType }) => !allowed.includes(predicateType))
        .map(
          ({ predicateType }) =>
            `Attestation predicate type "${predicateType}" is not an expected type (${allowed.join(', ')})`,
        );
    },
  },
  provided(
    'slsa_provenance_available.allowed_predicate_types_provided',
    { allowed_predicate_types: SomeTexts },
    BOTH,
  ),
];
