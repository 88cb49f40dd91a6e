/** The volume that the steps hand the images over in. */
export const VOLUME = '/var/image';
/** What takes the place of the first FROM, as pulled with the credentials of the pod. */
export const BASE = `${VOLUME}/base`;
/** The image as built; untrusted, as the code of a RUN can write there. */
export const BUILT = `${VOLUME}/built`;
/** buildah's storage. */
export const STORAGE = '/var/lib/containers';
