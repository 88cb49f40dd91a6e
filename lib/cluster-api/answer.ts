/** What the API says to a request: an object, with the HTTP status that goes with it. */
export interface Answer {
  readonly code: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Reasons of a Status, and the HTTP status of each (apimachinery, pkg/apis/meta/v1/types.go). */
const codes = {
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  Conflict: 409,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  BadRequest: 400,
  Invalid: 422,
} as const;

/** A refusal, as a Status object of Kubernetes. */
export function refusal(
  reason: keyof typeof codes,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): Answer {
  const code = codes[reason];
  return {
    code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      details,
      code,
    },
  };
}
