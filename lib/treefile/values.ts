import type { Entry, Fields, Node } from './document.ts';
import { type Place, refusal } from './errors.ts';
import type { Said } from './model.ts';

/** Values of a manifest as they have to be; each throws InvalidTreefileError with the line of what is not. */
export interface Values {
  readonly place: (node: { readonly line: number }) => Place;
  readonly text: (node: Node, what: string) => Said<string>;
  readonly texts: (entry: Entry) => readonly Said<string>[];
  readonly list: (entry: Entry) => readonly Node[];
  readonly fields: (entry: { readonly key: string; readonly node: Node }) => Fields;
}

export function valuesOf(file: string): Values {
  const place = ({ line }: { readonly line: number }) => ({ file, line });
  const text = (node: Node, what: string): Said<string> => {
    if (typeof node.value === 'string') return { ...place(node), value: node.value };
    throw refusal(place(node), `${what} is no text`, 'put it in quotes if it is meant as one');
  };
  const list = ({ key, node }: Entry): readonly Node[] => {
    if (node.items) return node.items;
    throw refusal(place(node), `${key} is no list`, `write each after a dash below ${key}:`);
  };
  return {
    place,
    text,
    list,
    texts: (entry) => list(entry).map((item) => text(item, `an entry of ${entry.key}`)),
    fields: ({ key, node }) => {
      if (node.fields) return node.fields;
      throw refusal(place(node), `${key} is no map`, `write name: value below ${key}:`);
    },
  };
}
