import { printable } from '#lib/text';
import { InvalidArtifactError } from './errors.ts';

/** What says how oras tells of its work, or how fast it is, and changes nothing of what it does. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['--debug', '-d', '--verbose', '-v', '--no-tty']);
const WITHOUT_TLS: ReadonlySet<string> = new Set(['--plain-http', '--insecure']);

/** What to give instead of an option of oras. */
const INSTEAD: Readonly<Record<string, string>> = {
  '--ca-file': 'authorities come from the ConfigMap of the CA, which each task has a param for',
  '--registry-config': 'credentials come from the service account',
  '--username': 'credentials come from the service account',
  '--password': 'credentials come from the service account',
};

/**
 * Whether ORAS_OPTIONS, by which users of Konflux' tasks give options to oras, let the store do without TLS.
 *
 * @throws {InvalidArtifactError} with an option that means something, and is none of these two
 */
export function isInsecure(orasOptions = process.env.ORAS_OPTIONS ?? ''): boolean {
  let insecure = false;
  for (const word of orasOptions.split(/\s+/).filter((one) => one !== '')) {
    const [, name = word, value = 'true'] = /^(--?[\w-]+)(?:=(.*))?$/.exec(word) ?? [];
    const isSwitch = WITHOUT_TLS.has(name) || WITHOUT_EFFECT.has(name);
    if (!isSwitch || !/^(?:true|false)$/.test(value)) {
      throw new InvalidArtifactError(`ORAS_OPTIONS has ${printable(name)}, which has no meaning here`, {
        hint: INSTEAD[name] ?? '--plain-http and --insecure are known',
      });
    }
    if (WITHOUT_TLS.has(name)) insecure ||= value === 'true';
  }
  return insecure;
}
