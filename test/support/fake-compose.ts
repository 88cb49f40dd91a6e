import type { Compose, ComposeOfRole } from '#lib/compose';

interface Facts {
  readonly id?: string;
  readonly version?: string;
  readonly short?: string;
  readonly name?: string;
  readonly date?: string;
  readonly location?: string;
  readonly arches?: readonly string[];
  /** Where the repository of a variant is, by architecture. */
  readonly repository?: Readonly<Record<string, string>>;
  readonly packages?: readonly string[];
}

/** A compose in memory, of one variant. */
export function fakeCompose(facts: Facts): Compose {
  const { id = 'Fedora-43-20261123.n.0', version = '43', short = 'Fedora', name = 'Fedora' } = facts;
  const { date = '20261123', location = 'https://kojipkgs.example/compose/43' } = facts;
  const { arches = ['x86_64', 's390x'], repository = {}, packages = ['bash-0:5.3-1.fc43.x86_64'] } = facts;
  return {
    id,
    status: 'STARTED',
    location,
    info: {
      compose: { id, date, type: 'nightly', respin: 0 },
      release: { name, short, version },
      variants: { Everything: { uid: 'Everything', arches: [...arches], paths: { repository } } },
    },
    baseurl: (variant) => `${location}/compose/${variant}/$basearch/os/`,
    packages: async () => new Set(packages),
  };
}

/** The same where it is the only one that an image is made of. */
export function onlyCompose(facts: Facts): readonly ComposeOfRole[] {
  return [{ role: undefined, compose: fakeCompose(facts) }];
}
