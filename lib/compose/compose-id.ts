import { ExpectedError } from '#lib/errors';

/** What the id of a compose says (productmd, `ComposeInfo.create_compose_id`). */
export interface ComposeId {
  readonly id: string;
  /** Short name, version and, where there are, release type and base product: `Fedora-43`, `Fedora-IoT-43`. */
  readonly release: string;
  /** YYYYMMDD. */
  readonly date: string;
  readonly type: ComposeType;
  readonly respin: number;
}

export type ComposeType = 'production' | 'nightly' | 'test' | 'ci' | 'development';

export class InvalidComposeIdError extends ExpectedError {
  override readonly name = 'InvalidComposeIdError';
  override readonly kind = 'invalid';
}

const types: Readonly<Record<string, ComposeType>> = {
  '': 'production',
  '.n': 'nightly',
  '.nightly': 'nightly',
  '.t': 'test',
  '.test': 'test',
  '.ci': 'ci',
  '.d': 'development',
};

/**
 * Reads `<release>-<YYYYMMDD>[.<type>].<respin>`, as in `Fedora-Rawhide-20251101.n.0`.
 *
 * @throws {InvalidComposeIdError}
 */
export function parseComposeId(id: string): ComposeId {
  const parts =
    /^(?<release>[A-Za-z0-9][A-Za-z0-9._-]*)-(?<date>\d{8})(?<type>\.[a-z]+)?\.(?<respin>\d+)$/.exec(
      id,
    )?.groups;
  const type = types[parts?.type ?? ''];
  if (!parts || type === undefined) {
    throw new InvalidComposeIdError(`not the id of a compose: ${JSON.stringify(id)}`, {
      hint: 'ids look like Fedora-43-20251101.n.0',
    });
  }
  const { release = '', date = '', respin = '' } = parts;
  return { id, release, date, type, respin: Number(respin) };
}
