const API = 'appstudio.redhat.com/v1alpha1';

/** A Snapshot of application `app`, as an object that can be written to a file. */
export function snapshotObject(images: Readonly<Record<string, string>>, metadata: object = {}) {
  const components = Object.entries(images).map(([name, containerImage]) => ({ name, containerImage }));
  return {
    apiVersion: API,
    kind: 'Snapshot',
    metadata: { name: 'snap', namespace: 'tenant', ...metadata },
    spec: { application: 'app', components },
  };
}

/** A resource with data: the ReleasePlan of that application, or another kind. */
export function dataObject(data: object, kind = 'ReleasePlan') {
  const application = kind === 'ReleasePlan' ? { application: 'app' } : {};
  return {
    apiVersion: API,
    kind,
    metadata: { name: 'plan', namespace: 'tenant' },
    spec: { ...application, data },
  };
}
