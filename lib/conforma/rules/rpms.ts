import * as z from 'zod';
import { jsonOf } from '#lib/text';
import { type Question, REDHAT, type Rule } from '../rule.ts';
import { isObject, textsIn } from '../rule-data.ts';
import { rpmsOf } from '../sbom.ts';
import { buildTasks, paramOf, resultOf, tasksOf } from '../tasks.ts';
import { provided, SomeTexts, Texts } from './provided.ts';

const KEYS = 'allowed_rpm_signature_keys';
const Signatures = z.looseObject({ keys: z.record(z.string(), z.int()).optional() });
const Keys = SomeTexts.refine(
  (keys) => keys.every((key) => key === 'unsigned' || /[a-fA-F0-9]{16}/.test(key)),
  'has a key that is none',
);

/** policy/release/rpm_repos, rpm_signature and rpm_packages */
export const rpms: readonly Rule[] = [
  provided('rpm_repos.rule_data_provided', {
    known_rpm_repositories: SomeTexts,
    extra_rpm_repositories: Texts,
  }),
  {
    name: 'rpm_repos.ids_known',
    collections: REDHAT,
    find: ({ evidence, data }) => {
      const known = ['known_rpm_repositories', 'extra_rpm_repositories'].flatMap((key) =>
        textsIn(data.get(key)),
      );
      if (known.length === 0) return [];
      return evidence.sboms
        .flatMap(rpmsOf)
        .filter(({ isPrefetched }) => isPrefetched)
        .flatMap(({ url, purl }) => {
          const id = purl.qualifiers.get('repository_id');
          if (id === undefined)
            return [{ message: `RPM repo id check failed: ${url} has no repository_id`, term: url }];
          if (known.includes(id)) return [];
          return [{ message: `RPM repo id check failed: ${url} is of an unknown repository`, term: url }];
        });
    },
  },
  {
    name: 'rpm_signature.allowed',
    collections: REDHAT,
    find: (question) => {
      const allowed = textsIn(question.data.get(KEYS));
      const used = signaturesOf(question).flatMap((value) => {
        const { keys = {} } = Signatures.safeParse(value).data ?? {};
        return Object.entries(keys).flatMap(([key, count]) => (count > 0 ? [key] : []));
      });
      return [...new Set(used)]
        .filter((key) => !allowed.includes(key))
        .map((term) => ({ message: `Signing key "${term}" is not one of the allowed keys`, term }));
    },
  },
  {
    name: 'rpm_signature.result_format',
    collections: REDHAT,
    find: (question) =>
      signaturesOf(question)
        .filter((value) => !Signatures.safeParse(value).success)
        .map(() => 'Task result RPMS_DATA has unexpected format'),
  },
  provided('rpm_signature.rule_data_provided', { [KEYS]: Keys as z.ZodType }),
  {
    name: 'rpm_packages.unique_version',
    collections: REDHAT,
    find: (question) => {
      if (!question.evidence.isIndex) return [];
      const exempt = textsIn(question.data.get('non_unique_rpm_names'));
      return [...versionsByPlatform(question)]
        .filter(([name, platforms]) => !exempt.includes(name) && new Set(platforms.values()).size > 1)
        .map(([term, platforms]) => {
          const told = [...platforms].map(([platform, versions]) => `${platform} has ${versions}`);
          return { message: `Versions of the RPM "${term}" differ: ${told.join('; ')}`, term };
        });
    },
  },
];

function signaturesOf({ statements }: Question): readonly unknown[] {
  return statements.flatMap(tasksOf).flatMap((task) => {
    const text = resultOf(task, 'RPMS_DATA');
    if (text === undefined) return [];
    const value = jsonOf(text);
    return [isObject(value) ? value : text];
  });
}

/** By name and platform, what is installed: those have a distro; of a lock for all architectures, packages have none. */
function versionsByPlatform({
  statements,
  evidence,
}: Question): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const all = new Map<string, Map<string, Set<string>>>();
  for (const task of statements.flatMap(buildTasks)) {
    const platform = paramOf(task, 'PLATFORM');
    const sbom = evidence.sbomBlobs.get(resultOf(task, 'SBOM_BLOB_URL') ?? '');
    if (typeof platform !== 'string' || sbom === undefined) continue;
    for (const { purl } of rpmsOf(sbom).filter((rpm) => rpm.purl.qualifiers.has('distro'))) {
      const platforms = all.get(purl.name) ?? new Map<string, Set<string>>();
      const versions = platforms.get(platform) ?? new Set<string>();
      all.set(purl.name, platforms.set(platform, versions.add(purl.version)));
    }
  }
  return new Map(
    [...all].map(([name, platforms]) => [
      name,
      new Map([...platforms].map(([platform, versions]) => [platform, [...versions].toSorted().join(', ')])),
    ]),
  );
}
