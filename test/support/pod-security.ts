/**
 * What the containers and volumes of a Task break of the Pod Security Standard "restricted", which takes in "baseline",
 * as of Kubernetes v1.34: https://v1-34.docs.kubernetes.io/docs/concepts/security/pod-security-standards/. Fields of
 * the pod (host namespaces, sysctls) a Task has none of. Written against the page, not against our manifest.
 */
export function restrictedProblems({ spec = {} }: { readonly spec?: unknown }): readonly Breach[] {
  const { steps = [], sidecars = [], stepTemplate, volumes = [] } = spec as Spec;
  const containers = [
    ...steps.map((step) => ({ ...stepTemplate, ...step, securityContext: merged(stepTemplate, step) })),
    ...sidecars,
  ];
  return [
    ...volumes.flatMap((volume) => volumeProblems(volume)),
    ...containers.flatMap((container) =>
      containerProblems(container).map((rule) => ({ container: container.name, rule })),
    ),
  ];
}

export interface Breach {
  /** Empty for a volume. */
  readonly container: string;
  /** The field that breaks a control of the standard. */
  readonly rule: string;
}

interface Container {
  readonly name: string;
  readonly securityContext?: Record<string, unknown>;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly [field: string]: unknown;
}

interface Spec {
  readonly steps?: readonly Container[];
  readonly sidecars?: readonly Container[];
  readonly stepTemplate?: Partial<Container>;
  readonly volumes?: readonly Record<string, unknown>[];
}

function merged(template: Partial<Container> | undefined, step: Container): Record<string, unknown> {
  return { ...template?.securityContext, ...step.securityContext };
}

/** "Volume Types" of restricted, "HostPath Volumes" of baseline. */
const volumeTypes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

function volumeProblems({ name: _, ...source }: Record<string, unknown>): readonly Breach[] {
  return Object.keys(source)
    .filter((type) => !volumeTypes.includes(type))
    .map((type) => ({ container: '', rule: `volumes.${type}` }));
}

interface SecurityContext {
  readonly allowPrivilegeEscalation?: boolean;
  readonly appArmorProfile?: { readonly type?: string };
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly privileged?: boolean;
  readonly procMount?: string;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly seccompProfile?: { readonly type?: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}

const selinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

function containerProblems(container: Container): readonly string[] {
  const context = (container.securityContext ?? {}) as SecurityContext;
  const { add = [], drop = [] } = context.capabilities ?? {};
  const { type = '', user = '', role = '' } = context.seLinuxOptions ?? {};
  const controls: Readonly<Record<string, boolean>> = {
    // Baseline.
    'windowsOptions.hostProcess': context.windowsOptions?.hostProcess !== true,
    privileged: context.privileged !== true,
    hostPort: (container.ports ?? []).every(({ hostPort = 0 }) => hostPort === 0),
    host: !['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'].some((field) =>
      namesHost(container[field]),
    ),
    appArmorProfile: [undefined, 'RuntimeDefault', 'Localhost'].includes(context.appArmorProfile?.type),
    seLinuxOptions: selinuxTypes.includes(type) && user === '' && role === '',
    procMount: [undefined, 'Default'].includes(context.procMount),
    // Restricted.
    allowPrivilegeEscalation: context.allowPrivilegeEscalation === false,
    runAsNonRoot: context.runAsNonRoot === true,
    runAsUser: context.runAsUser !== 0,
    seccompProfile: ['RuntimeDefault', 'Localhost'].includes(context.seccompProfile?.type ?? ''),
    capabilities: drop.includes('ALL') && add.every((name) => name === 'NET_BIND_SERVICE'),
  };
  return Object.keys(controls).filter((control) => controls[control] === false);
}

/** "Host Probes / Lifecycle Hooks", new in v1.34: no other host than the pod. */
function namesHost(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    key === 'host' ? inner !== undefined && inner !== '' : namesHost(inner),
  );
}
