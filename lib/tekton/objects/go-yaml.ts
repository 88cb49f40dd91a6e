import type { Tags } from 'yaml';

/** A number begins with a digit, or with a point and one (go-yaml v2, resolve.go): `.`, `-.` and `e5` are text. */
const BEGIN_OF_NUMBER = '(?=[-+]?\\.?[0-9])';

/**
 * Makes a reader of YAML 1.1 read plain scalars as clusters do, whose go-yaml v2 has no dates, no numbers to the base of
 * 60, and no numbers without a digit: for `customTags` of the parser.
 */
export function asGoYaml(tags: Tags): Tags {
  return tags.flatMap((tag): Tags => {
    if (typeof tag === 'string') return [tag];
    const { test } = tag;
    if (tag.format === 'TIME' || tag.tag === 'tag:yaml.org,2002:timestamp') return [];
    // That of infinity and of what is no number takes words alone.
    if (tag.tag !== 'tag:yaml.org,2002:float' || test === undefined || test.test('.inf')) return [tag];
    return [{ ...tag, test: new RegExp(test.source.replace('^', `^${BEGIN_OF_NUMBER}`)) }];
  });
}
