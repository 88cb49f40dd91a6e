import { BackendError } from '../model/errors.ts';
import type { PodFacts } from './environment.ts';
import type { ImageSource } from './image-map.ts';
import type { Container } from './pod.ts';

/**
 * The id of whoever runs a container; undefined for one that an image gives by name, whom only its passwd knows
 * (getImageUser, kubernetes/kubernetes pkg/kubelet/kuberuntime/kuberuntime_image.go).
 */
export function userIdOf({ security }: Pick<Container, 'security'>, ofImage: string): number | undefined {
  if (security.runAsUser !== undefined) return security.runAsUser;
  const [user = ''] = ofImage.split(':');
  if (user === '') return 0;
  return /^\d+$/.test(user) ? Number(user) : undefined;
}

/**
 * Refuses root where a container must not be it, in the kubelet's words (verifyRunAsNonRoot,
 * pkg/kubelet/kuberuntime/security_context_others.go).
 *
 * @throws {BackendError}
 */
export function refuseRoot(
  container: Pick<Container, 'name' | 'security'>,
  ofImage: string,
  source: ImageSource,
  { name, namespace, uid }: PodFacts,
): void {
  const { runAsNonRoot, runAsUser } = container.security;
  const id = userIdOf(container, ofImage);
  if (runAsNonRoot !== true || (id !== undefined && id !== 0)) return;
  const where = `(pod: "${name}_${namespace}(${uid})", container: ${container.name})`;
  const [user = ''] = ofImage.split(':');
  const message =
    runAsUser === 0
      ? "container's runAsUser breaks non-root policy"
      : id === 0
        ? 'container has runAsNonRoot and image will run as root'
        : `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root`;
  throw new BackendError(`${message} ${where}`, {
    reason: 'CreateContainerConfigError',
    ...(source.kind === 'rootfs' &&
      runAsUser === undefined && { hint: 'give it a user: --image-map <image>=rootfs:/,user=65532:0' }),
  });
}
