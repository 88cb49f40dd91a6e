import type { ImageEntry, ImagesEntry, StreamEntry } from '#lib/images';

export const compose: ImageEntry = { name: 'compose', compose: true };
export const minimal: ImageEntry = { name: 'minimal', manifest: 'os-minimal' };
export const standard: ImageEntry = { name: 'standard', manifest: 'os-standard' };
export const cloud: ImageEntry = { name: 'cloud', from: 'standard', containerfile: 'cloud/Containerfile' };
export const stable: StreamEntry = {
  name: '43',
  version: '43',
  kind: 'stable',
  composes: [
    { role: 'updates', url: 'https://composes.example/43-updates' },
    { role: 'release', url: 'https://composes.example/43' },
  ],
  images: 'all',
};
export const rawhide: StreamEntry = {
  ...stable,
  name: 'rawhide',
  version: '45',
  kind: 'rawhide',
  composes: [{ role: 'nightly', url: 'https://composes.example/rawhide' }],
};
export const good: ImagesEntry = {
  name: 'os',
  repository: 'registry.example/os',
  flow: { compose: 'registry.example/flow/base', images: 'registry.example/flow/os', plain: 'standard' },
  platforms: ['linux/amd64', 'linux/s390x'],
  images: [compose, minimal, standard, cloud],
  streams: [rawhide, stable],
};
export const withImages = (...images: ImageEntry[]): ImagesEntry => ({ ...good, images });
export const withStream = (change: Partial<StreamEntry>): ImagesEntry => ({
  ...good,
  streams: [rawhide, { ...stable, ...change }],
});
export const withFlow = (change: Partial<ImagesEntry['flow']>): ImagesEntry => ({
  ...good,
  flow: { ...good.flow, ...change },
});
export const forMinimal = (exception: object) => withStream({ exceptions: { minimal: exception } });
