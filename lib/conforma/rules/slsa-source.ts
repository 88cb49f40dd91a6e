import { BOTH, type Question, type Rule } from '../rule.ts';
import { textsIn } from '../rule-data.ts';
import type { Statement } from '../statement.ts';
import { cloneTasks, resultOf } from '../tasks.ts';
import { provided, Texts } from './provided.ts';

/** policy/release/slsa_source_correlated, slsa_source_version_controlled and provenance_materials */
export const slsaSource: readonly Rule[] = [
  {
    name: 'slsa_source_correlated.source_code_reference_provided',
    collections: BOTH,
    find: ({ evidence }) =>
      evidence.source === undefined
        ? ['Expected source code reference was not provided for verification']
        : [],
  },
  {
    name: 'slsa_source_correlated.attested_source_code_reference',
    collections: BOTH,
    find: (question) =>
      sourcesOf(question).length === 0 ? ['The attested material contains no source code reference'] : [],
  },
  {
    name: 'slsa_source_correlated.expected_source_code_reference',
    collections: BOTH,
    find: (question) => {
      const { source } = question.evidence;
      const attested = sourcesOf(question);
      if (source === undefined || attested.length === 0) return [];
      const uri = `git+${source.url}`;
      const expected = waysToWrite(uri).flatMap((one) =>
        ['sha1', 'gitCommit'].map((algorithm) => `${one}@${algorithm}:${source.revision}`),
      );
      if (expected.some((one) => attested.includes(one))) return [];
      const message = `The expected source code reference "${uri}@${source.revision}" is not attested`;
      return attested.map((term) => ({ message, term }));
    },
  },
  provided(
    'slsa_source_correlated.rule_data_provided',
    { supported_vcs: Texts, supported_digests: Texts },
    BOTH,
  ),
  {
    name: 'slsa_source_version_controlled.materials_format_okay',
    collections: BOTH,
    find: ({ statements }) =>
      statements.length > 0 && statements.every((statement) => commitsOf(statement).length === 0)
        ? ['No materials match expected format']
        : [],
  },
  {
    name: 'slsa_source_version_controlled.materials_uri_is_git_repo',
    collections: BOTH,
    find: ({ statements }) =>
      statements
        .flatMap(commitsOf)
        .filter(({ uri }) => !uri.startsWith('git+'))
        .map(({ uri }) => `Material URI "${uri}" is not a git URI`),
  },
  {
    name: 'slsa_source_version_controlled.materials_include_git_sha',
    collections: BOTH,
    find: ({ statements }) =>
      statements
        .flatMap(commitsOf)
        .filter(({ commit }) => !/^[a-f0-9]{40}$/.test(commit))
        .map(({ commit }) => `Material digest "${commit}" is not a git commit sha`),
  },
  {
    name: 'provenance_materials.git_clone_task_found',
    collections: ['redhat'],
    find: ({ statements }) =>
      statements
        .filter((statement) => cloneTasks(statement).length === 0)
        .map(() => 'Task git-clone not found'),
  },
  {
    name: 'provenance_materials.git_clone_source_matches_provenance',
    collections: ['redhat'],
    find: ({ statements }) =>
      statements.flatMap((statement) =>
        cloneTasks(statement).flatMap((task) => {
          const url = resultOf(task, 'url') ?? '';
          const uri = `${url.startsWith('git+') ? '' : 'git+'}${url}${url.endsWith('.git') ? '' : '.git'}`;
          const commit = resultOf(task, 'commit') ?? '';
          return commitsOf(statement).some((one) => one.uri === uri && one.commit === commit)
            ? []
            : [`Entry in materials for the git repo "${uri}" and commit "${commit}" not found`];
        }),
      ),
  },
];

/** Materials with a commit. */
function commitsOf({ predicate }: Statement): readonly { readonly uri: string; readonly commit: string }[] {
  return (predicate.materials ?? []).flatMap(({ uri, digest }) =>
    digest.sha1 === undefined ? [] : [{ uri, commit: digest.sha1 }],
  );
}

/** Materials from a version control system, as `uri@algorithm:digest`. */
function sourcesOf({ statements, data }: Question): readonly string[] {
  const systems = textsIn(data.get('supported_vcs'));
  const digests = textsIn(data.get('supported_digests'));
  return statements
    .flatMap(({ predicate }) => predicate.materials ?? [])
    .filter(({ uri }) => systems.some((system) => uri.startsWith(`${system}+`)))
    .flatMap(({ uri, digest }) =>
      Object.entries(digest)
        .filter(([algorithm]) => digests.includes(algorithm))
        .map(([algorithm, value]) => `${uri}@${algorithm}:${value}`),
    );
}

/** With and without `.git` and a slash at the end. */
function waysToWrite(uri: string): readonly string[] {
  const bare = uri.replace(/\/$/, '');
  return [uri, uri.replace(/\.git$/, ''), `${uri}.git`, bare, `${bare}.git`];
}
