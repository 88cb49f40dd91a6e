import { excerptAt, locate, type Place, readYaml, type YamlDocument } from '#lib/tekton/objects';

/** A place in a file, for whoever has to mend it. */
export interface SourcePlace extends Place {
  readonly file: string;
  /** The line and the one before it, with a mark below. */
  readonly excerpt: string;
}

/** Where a field stands, by its path; of one that is not there, the nearest one that is. */
export type Locate = (path: string, at?: 'name' | 'value') => SourcePlace;

/** Places in one document of a text, which is read again for the first of them: most objects have nothing wrong in them. */
export function locateIn(text: string, file: string, index: number): Locate {
  let document: YamlDocument | undefined;
  return (path, at = 'value') => {
    document ??= readYaml(text)[index];
    const place = document ? locate(document, path, at) : { line: 1, column: 1 };
    return { file, ...place, excerpt: excerptAt(text, place) };
  };
}
