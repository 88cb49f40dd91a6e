import { excerptAt, locate, type Place, readYaml, type YamlDocument } from '#lib/tekton/objects';

/** A place in a file, for whoever has to mend it. */
export interface SourcePlace extends Place {
  readonly file: string;
  /** The line and the one before it, with a mark below. */
  readonly excerpt: string;
}

/** Where a field stands, by its path; of one that is not there, the nearest one that is. */
export type Locate = (path: string, at?: 'name' | 'value') => SourcePlace;

/**
 * Places in the documents of a text. It is read again for the first of them, as most files have nothing wrong in them,
 * and once for all of them.
 */
export function locateIn(text: string, file: string): (index: number) => Locate {
  let documents: readonly YamlDocument[] | undefined;
  return (index) =>
    (path, at = 'value') => {
      documents ??= readYaml(text);
      const document = documents[index];
      const place = document ? locate(document, path, at) : { line: 1, column: 1 };
      return {
        file,
        ...place,
        // Only who shows it needs it, and the whole text before it is looked through for it.
        get excerpt() {
          return excerptAt(text, place);
        },
      };
    };
}
