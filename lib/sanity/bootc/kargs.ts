import { parse as parseToml } from 'smol-toml';
import type { Unseen } from '../check-definition.ts';
import type { PlatformFacts } from '../facts.ts';
import { limits } from '../limits.ts';
import { inEach, look, namesIn, utf8Of } from '../look.ts';
import { extensionOf } from './rust.ts';

const DIRECTORY = 'usr/lib/bootc/kargs.d';

/**
 * check_parse_kargs (crates/lib/src/lints.rs) with get_kargs_in_root and parse_kargs_toml
 * (crates/lib/src/bootc_kargs.rs): every *.toml is read, whatever architecture it is for.
 */
export function bootcKargs({ rootfs }: PlatformFacts): (string | Unseen)[] {
  const names = namesIn(rootfs, DIRECTORY).filter((name) => extensionOf(name) === 'toml');
  return inEach(names, (name) => {
    const path = `${DIRECTORY}/${name}`;
    const seen = look(rootfs, path);
    const problems = seen.kind === 'absent' ? ['leads nowhere'] : kargsProblems(utf8Of(seen.bytes, path));
    return problems.map((problem) => `/${path}: ${problem}`);
  });
}

/** `Config` there: two keys in kebab case, no others (deny_unknown_fields). */
function kargsProblems(text: string): string[] {
  let value: Record<string, unknown>;
  try {
    value = parseToml(text);
  } catch (error) {
    return [`is no TOML: ${(error as Error).message.split('\n')[0]}`];
  }
  const isStrings = (list: unknown) => Array.isArray(list) && list.every((item) => typeof item === 'string');
  const unknown = Object.keys(value).filter((key) => key !== 'kargs' && key !== 'match-architectures');
  return [
    ...(isStrings(value.kargs) ? [] : ['kargs is no list of strings']),
    ...(value['match-architectures'] === undefined || isStrings(value['match-architectures'])
      ? []
      : ['match-architectures is no list of strings']),
    ...unknown.slice(0, limits.told).map((key) => `${key} is not known`),
    ...(unknown.length > limits.told ? [`${unknown.length - limits.told} more keys are not known`] : []),
  ];
}
