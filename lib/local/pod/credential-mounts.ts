import { type Container, credentialsVolume, mountsOf, type Pod, secretVolume } from './pod.ts';

/**
 * Mounts credentials where git, ssh and docker look: Tekton's entrypoint copies them into the home of whoever runs the
 * step, here they are mounted there (pkg/credentials/entrypoint). Where that home cannot be had, they stay in
 * /tekton/creds, as there.
 */
export async function mountCredentials(
  pod: Pod,
  homeOf: (container: Container) => Promise<string | undefined>,
): Promise<Pod> {
  const { files, secrets } = pod.credentials;
  if (secrets.length === 0) return pod;
  const parts = new Set(files.map(({ path }) => path.split('/')[0] ?? path));
  const mounted = async (step: Container, index: number): Promise<Container> => {
    const home = await homeOf(step);
    const mounts = [
      ...secrets.map((secret) => ({
        volume: secretVolume(secret),
        path: `/tekton/creds-secrets/${secret}`,
        subPath: undefined,
        readOnly: true,
      })),
      ...Array.from(home === undefined ? [] : parts, (part) => ({
        volume: credentialsVolume(index),
        path: `${home?.replace(/\/$/, '')}/${part}`,
        subPath: part,
        readOnly: false,
      })),
    ];
    return { ...step, mounts: mountsOf([...step.mounts, ...mounts]) };
  };
  return { ...pod, steps: await Promise.all(pod.steps.map(mounted)) };
}
