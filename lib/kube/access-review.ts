import * as z from 'zod';
import { jsonOf } from '#lib/text';
import type { ClusterAccess } from './access.ts';
import { askCluster, refusal } from './request.ts';

/** One thing that the account may do or not. */
export interface Permission {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'update';
  readonly group: string;
  /** Plural of the kind: `releases`. */
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
  /** An object; without it, all of the namespace. */
  readonly name?: string;
}

const Review = z.looseObject({
  kind: z.literal('SelfSubjectAccessReview'),
  status: z.looseObject({ allowed: z.boolean() }),
});

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/**
 * Whether the account of the pod may do something (SelfSubjectAccessReview). Every account may ask.
 *
 * @throws {ClusterError} where the API gives no answer to that
 */
export async function mayI(
  access: ClusterAccess,
  permission: Permission,
  signal?: AbortSignal,
): Promise<boolean> {
  const { verb, resource, subresource, namespace } = permission;
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const cannot = `cannot ask whether this account may ${verb} ${what} in ${namespace}`;
  const answer = await askCluster(access, {
    path: PATH,
    cannot,
    method: 'POST',
    body: {
      type: 'application/json',
      content: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: permission },
      },
    },
    signal,
  });
  const review = Review.safeParse(jsonOf(answer.text));
  if ((answer.status !== 201 && answer.status !== 200) || !review.success) throw refusal(answer, cannot);
  return review.data.status.allowed;
}
