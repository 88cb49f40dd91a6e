import {
  ACTIVATION_KEY,
  ADDITIONAL_SECRET,
  ENTITLEMENT,
  PROXY_CA,
  SHARED,
  SSH,
  STORAGE,
  WORKDIR,
} from '../places.ts';

/** HOME of the step image. */
export const HOME = '/home/step';
/** Where the authorities of the cluster are in the pod, if anywhere (`trustedCaVariable`). */
const trustedCa = process.env.TRUSTED_CA ?? '/mnt/trusted-ca';

/** What the pod has and the host gets, by its name in our directory there. */
export const sent = {
  workdir: WORKDIR,
  entitlement: ENTITLEMENT,
  'activation-key': ACTIVATION_KEY,
  'additional-secret': ADDITIONAL_SECRET,
  'proxy-ca': PROXY_CA,
  'trusted-ca': trustedCa,
} as const;

/** What is made for the host alone. */
export const made = { ssh: SSH, home: HOME } as const;

/** What is empty there at first; of these only `shared` comes back. */
export const empty = {
  shared: SHARED,
  results: '/tekton/results',
  // An anonymous volume would be a copy of what the image has there.
  storage: STORAGE,
} as const;

/** /var/tmp of a build with all capabilities. */
export const TEMPORARY = 'var-tmp';
