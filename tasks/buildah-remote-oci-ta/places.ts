/** The volume with the source, what was prefetched, and what the build leaves. */
export const WORKDIR = '/var/workdir';
export const SOURCE = `${WORKDIR}/source`;
export const PREFETCHED = `${WORKDIR}/cachi2`;
/** What the build step tells the step of the SBOM. */
export const SHARED = '/shared';
/** buildah's storage. */
export const STORAGE = '/var/lib/containers';
/** The secret of the multi-platform controller. */
export const SSH = '/ssh';
export const ENTITLEMENT = '/entitlement';
export const ACTIVATION_KEY = '/activation-key';
export const ADDITIONAL_SECRET = '/additional-secret';
export const PROXY_CA = '/mnt/proxy-ca-bundle';
/** Where the kubelet puts the token by which Fulcio knows the account of the pod. */
export const OIDC_TOKEN = '/var/run/sigstore/cosign/oidc-token';
