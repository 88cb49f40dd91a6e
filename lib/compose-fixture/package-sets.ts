const minimal = [
  'kernel',
  'systemd',
  'bootc',
  'ostree',
  'rpm-ostree',
  'bash',
  'glibc-common',
  'fedora-release',
  'fedora-repos',
] as const;
const minimalPlus = [...minimal, 'NetworkManager', 'openssh-server', 'sudo'] as const;

/** Packages to install for each image, on every architecture: what its manifest lists. */
export const packageSets = {
  minimal,
  'minimal-plus': minimalPlus,
  standard: [...minimalPlus, 'podman', 'vim-minimal'],
  iot: [...minimalPlus, 'podman', 'greenboot'],
} as const;
