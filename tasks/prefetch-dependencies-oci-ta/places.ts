/** Where the steps find each other's files, as in Konflux' task. */
export const SOURCE = '/var/workdir/source';
export const CACHI2 = '/var/workdir/cachi2';
/** What prefetch-rpms leaves for hermeto, in a volume that only the two mount. */
export const CONFIG = '/mnt/config';
export const ACTIVATION_KEY = '/activation-key';
export const SERVICE_CA = '/mnt/service-ca';
