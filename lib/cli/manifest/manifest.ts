import { Command, Option } from 'commander';
import { printable, table, visibleJson } from '#lib/text';
import { filesOf, reasonsOf, type Treefile } from '#lib/treefile';
import { usageError } from '../options/arguments.ts';
import { diffCommand } from './diff.ts';
import { archOption, directoryOption, manifestArgument, type Place, readPlace } from './place.ts';

export function manifestCommand(): Command {
  return new Command('manifest')
    .description(
      'Read manifests of rpm-ostree: packages of an image and why, files that it reads, what changes.',
    )
    .addCommand(showCommand())
    .addCommand(filesCommand())
    .addCommand(diffCommand());
}

function showCommand(): Command {
  return new Command('show')
    .description('List the packages that a manifest asks for on an architecture, and where.')
    .argument(...manifestArgument)
    .requiredOption(...archOption)
    .option(...directoryOption)
    .option(
      '--why <package>',
      'only this package: each place that asks for it, and the includes that lead there',
    )
    .addOption(new Option('-o, --output <form>', 'table or json').choices(['table', 'json']).default('table'))
    .addHelpText(
      'after',
      `
Examples:
  bootc-catalog manifest show fedora-standard --arch ppc64le -C demo/base-images
  bootc-catalog manifest show fedora-standard --arch ppc64le --why irqbalance -C demo/base-images`,
    )
    .action((manifest: string, options: Place & { readonly why?: string; readonly output: string }) => {
      const treefile = readPlace(manifest, options);
      const { why, output } = options;
      if (why !== undefined) process.stdout.write(reasonsText(treefile, why, output));
      else if (output === 'json') process.stdout.write(`${visibleJson(shown(treefile))}\n`);
      else process.stdout.write(packagesText(treefile));
    });
}

function filesCommand(): Command {
  return new Command('files')
    .description('List every file that an image reads by its manifest.')
    .argument(...manifestArgument)
    .requiredOption(...archOption)
    .option(...directoryOption)
    .addHelpText(
      'after',
      '\nExample:\n  bootc-catalog manifest files fedora-iot --arch aarch64 -C demo/base-images',
    )
    .action((manifest: string, options: Place) => {
      const files = filesOf(readPlace(manifest, options)).map((file) => `${printable(file, 1_000)}\n`);
      process.stdout.write(files.join(''));
    });
}

function packagesText(treefile: Treefile): string {
  const { packages, excluded, repoPackages, recommends, carried } = treefile;
  const rows = [...packages].flatMap(([name, asked]) =>
    asked.map(({ file, line, field }) => [name, `${file}:${line}`, field]),
  );
  const ofRepos = repoPackages.flatMap(({ repo, packages: names, file, line }) =>
    names.map((name) => [name, `${file}:${line}`, `repo-packages of ${repo}`]),
  );
  const facts = [
    `recommended packages are ${recommends ? '' : 'not '}installed`,
    ...(excluded.size === 0 ? [] : [`excluded: ${[...excluded.keys()].join(', ')}`]),
    ...(carried.size === 0 ? [] : [`not interpreted: ${[...carried.keys()].join(', ')}`]),
  ];
  return `${table(['PACKAGE', 'ASKED FOR IN', 'BY'], [...rows, ...ofRepos])}\n${facts.map((fact) => `${printable(fact, 1_000)}\n`).join('')}`;
}

function reasonsText(treefile: Treefile, name: string, output: string): string {
  const reasons = reasonsOf(treefile, name);
  if (reasons.length === 0) {
    const place = treefile.excluded.get(name);
    throw usageError(
      `${printable(treefile.manifest)} does not ask for ${printable(name)} on ${treefile.architecture}`,
      place
        ? `${printable(place.file)}:${place.line} excludes it`
        : 'a dependency may bring it: bootc-catalog manifest show lists what is asked for',
    );
  }
  if (output === 'json') return `${visibleJson(reasons)}\n`;
  return reasons
    .flatMap(({ asked, includes }) => [
      `${printable(asked.file, 1_000)}:${asked.line} asks for it (${printable(asked.field)})`,
      ...includes.map(({ file, line }) => `  included by ${printable(file, 1_000)}:${line}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

/** As one object: maps become objects. */
function shown(treefile: Treefile): object {
  const { packages, excluded, variables, carried, ...rest } = treefile;
  return {
    ...rest,
    packages: Object.fromEntries(packages),
    excluded: Object.fromEntries(excluded),
    variables: Object.fromEntries(variables),
    carried: Object.fromEntries(carried),
  };
}
