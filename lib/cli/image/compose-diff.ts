import { Command, Option } from 'commander';
import { compareComposes, openCompose, type PackageChange } from '#lib/compose';
import { printable, table, visibleJson } from '#lib/text';
import { append } from '../options/arguments.ts';
import { cancellable } from '../options/cancellable.ts';

interface Options {
  readonly arch: readonly string[];
  readonly output: 'plain' | 'json';
}

export function composeDiffCommand(): Command {
  return new Command('diff')
    .description('Show which packages came, went, and are in another version, between two composes.')
    .argument('<before>', 'URL or directory of the older compose')
    .argument('<after>', 'URL or directory of the newer one')
    .option(
      '--arch <architecture>',
      'only this one, in the name that RPM has for it; may be repeated',
      append,
      [],
    )
    .addOption(new Option('-o, --output <form>', 'plain or json').choices(['plain', 'json']).default('plain'))
    .addHelpText(
      'after',
      `
Packages for debugging are left out, as they follow the others. It ends with 0 whether something differs or not.

Example:
  bootc-catalog compose diff https://…/Fedora-43-20261122.n.0 https://…/latest-Fedora-43 --arch x86_64`,
    )
    .action((before: string, after: string, { arch, output }: Options) =>
      cancellable(async (signal) => {
        // What was doomed can still be compared with.
        const open = (place: string) => openCompose(place, { signal, acceptDoomed: true });
        const [old, fresh] = [await open(before), await open(after)];
        const changes = await compareComposes(old, fresh, arch.length > 0 ? arch : undefined);
        const composes = { before: old.id, after: fresh.id };
        process.stdout.write(
          output === 'json'
            ? `${visibleJson({ version: 1, ...composes, changes }, 2)}\n`
            : plain(composes, changes),
        );
      }),
    );
}

const signs = { added: '+', removed: '-', newer: '>', older: '<', other: '~' } as const;

function plain(
  { before, after }: { readonly before: string; readonly after: string },
  changes: readonly PackageChange[],
): string {
  const rows = changes.map((one) => [
    signs[one.kind],
    one.name,
    one.before.join(' '),
    one.after.join(' '),
    one.arches.join(' '),
  ]);
  const count = (kind: PackageChange['kind']) => changes.filter((one) => one.kind === kind).length;
  const counts = (Object.keys(signs) as PackageChange['kind'][]).map((kind) => `${count(kind)} ${kind}`);
  const shown = rows.length === 0 ? '' : table(['', 'package', 'before', 'after', 'architectures'], rows);
  return `${shown}${printable(before)} -> ${printable(after)}: ${counts.join(', ')}\n`;
}
