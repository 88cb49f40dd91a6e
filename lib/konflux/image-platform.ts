import { ownPlatform, type Platform, parsePlatform } from '#lib/oci';

/**
 * The platform of the images that a host of the multi-platform controller builds: `linux-mlarge/arm64` is a machine of
 * some size for linux/arm64; `local` and `localhost` are the pod itself, so the platform of its node.
 *
 * @throws {InvalidReferenceError} for what names no host
 */
export function imagePlatform(host: string): Platform {
  if (host === 'local' || host === 'localhost') return ownPlatform();
  const [os = '', ...rest] = host.split('/');
  return parsePlatform([os.replace(/-.*$/, ''), ...rest].join('/'));
}
