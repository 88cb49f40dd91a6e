import { printable } from '#lib/text';
import { collect, limited } from '../../model/content.ts';
import {
  type CredentialsError,
  NotFoundError,
  RegistryError,
  UnauthorizedError,
} from '../../model/errors.ts';
import type { HttpResponse } from '../http/transport.ts';
import type { Call } from './call.ts';

const MAX_ERROR = 65_536;

/** Turns an unwanted answer into an error for the user; `trouble` is why we ask anonymously. */
export async function refusal(
  response: HttpResponse,
  call: Call,
  trouble: CredentialsError | undefined,
): Promise<Error> {
  const { doing, method, registry } = call;
  const { status } = response;
  const { code, message } = await readErrors(response);
  const url = response.url.origin + response.url.pathname;
  const answer = { method, url, status, code, retryAfter: response.headers['retry-after'] };
  const said = [code, message].filter((part) => part !== undefined && part !== '').join(': ');
  const answered = `${response.url.host} answered ${status}${said === '' ? '' : ` (${printable(said)})`}`;
  if (status === 404) {
    const text = `cannot ${doing}: ${missing(code, call)}: ${answered}`;
    return new NotFoundError(text, { cause: new RegistryError(text, answer) });
  }
  const text = `cannot ${doing}: ${answered}`;
  if (status === 401 || status === 403) {
    const usual = status === 401 ? `podman login ${registry}` : 'check that the account may do this';
    const cause = trouble === undefined ? {} : { cause: trouble };
    return new UnauthorizedError(text, answer, { hint: trouble?.hint ?? usual, ...cause });
  }
  return new RegistryError(text, answer);
}

function missing(code: string | undefined, { registry, repository, missing: what }: Call): string {
  return code === 'NAME_UNKNOWN' ? `there is no repository ${registry}/${repository}` : `there is no ${what}`;
}

/** `{"errors":[{"code","message"}]}` (distribution-spec v1.1.1, "Error Codes"), where the registry keeps to it. */
async function readErrors(response: HttpResponse): Promise<{ code?: string; message?: string }> {
  if (Number(response.headers['content-length'] ?? 0) > MAX_ERROR) {
    response.discard();
    return {};
  }
  try {
    const bytes = await collect(limited(response.body, MAX_ERROR, 'the answer'));
    const { errors } = JSON.parse(new TextDecoder().decode(bytes)) as { errors?: unknown };
    const [first] = Array.isArray(errors) ? (errors as Record<string, unknown>[]) : [];
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    const code = text(first?.code);
    const message = text(first?.message);
    return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
  } catch {
    return {};
  }
}
