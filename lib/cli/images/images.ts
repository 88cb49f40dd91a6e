import { Command, InvalidArgumentError, Option } from 'commander';
import { endOfLifeFindings, refuseFindings } from '#lib/images';
import { isDay, visibleJson } from '#lib/text';
import { catalogOption } from '../catalog/catalog-file.ts';
import { append } from '../options/arguments.ts';
import { type GraphForm, graphOf } from './graph.ts';
import { loadImages } from './load-images.ts';
import { chosenStreams, imageTable, shownImage } from './tables.ts';

interface Options {
  readonly catalog?: string;
  readonly stream: readonly string[];
}

export function imagesCommand(): Command {
  return new Command('images')
    .description('Show the set of images that a catalog builds: streams, images, what is made from what.')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(graphCommand());
}

function subcommand(name: string): Command {
  return new Command(name).option(...catalogOption);
}

function listCommand(): Command {
  return subcommand('list')
    .alias('ls')
    .description('List the images of every stream. A stream past its end that is not frozen is an error.')
    .option('--stream <name>', 'only this stream; may be repeated', append, [])
    .option(
      '--on <day>',
      'the day on which streams may be past their end, such as 2026-12-03; today by default',
      day,
    )
    .addOption(output('table', 'json'))
    .addHelpText(
      'after',
      '\nExamples:\n  bootc-catalog images list --stream rawhide\n  bootc-catalog images list -o json | jq -r ".streams[].images[].repository"',
    )
    .action(async (options: Options & { readonly on?: string; readonly output: string }) => {
      const all = await loadImages(options.catalog);
      const set = { ...all, streams: chosenStreams(all, options.stream) };
      process.stdout.write(options.output === 'json' ? `${visibleJson(set)}\n` : imageTable(set));
      const names = set.streams.map(({ name }) => name);
      const today = new Date().toISOString().slice(0, 10);
      refuseFindings(all.name, endOfLifeFindings(all, options.on ?? today, names));
    });
}

function showCommand(): Command {
  return subcommand('show')
    .description('Show one image: what it is made of, its names and tags, its exceptions in a stream.')
    .argument('<stream>', 'such as 43')
    .argument('<image>', 'such as standard')
    .addOption(output('table', 'json'))
    .addHelpText('after', '\nExample:\n  bootc-catalog images show rawhide iot')
    .action(async (stream: string, image: string, options: Options & { readonly output: string }) => {
      process.stdout.write(shownImage(await loadImages(options.catalog), { stream, image }, options.output));
    });
}

function graphCommand(): Command {
  return subcommand('graph')
    .description('Draw what is made from what.')
    .option('--stream <name>', 'only this stream; may be repeated', append, [])
    .addOption(output('mermaid', 'svg', 'json'))
    .addHelpText('after', '\nExample:\n  bootc-catalog images graph --stream 43 -o svg > images.svg')
    .action(async (options: Options & { readonly output: GraphForm }) => {
      const set = await loadImages(options.catalog);
      process.stdout.write(graphOf({ ...set, streams: chosenStreams(set, options.stream) }, options.output));
    });
}

function output(...forms: readonly [string, ...string[]]): Option {
  return new Option('-o, --output <form>', forms.join(' or ')).choices(forms).default(forms[0]);
}

function day(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('Write a day as 2026-12-03.');
  return text;
}
