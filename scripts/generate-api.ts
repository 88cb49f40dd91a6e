// Types and field tables of Tekton's API, made from its CRDs (Apache-2.0): `node scripts/generate-api.ts <dir with *.crd.yaml>`.
// Run by hand when Tekton's version moves; the two generated files are committed, so a build needs no CRD.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { goNames } from './go-names.ts';

interface Node {
  type?: string;
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  additionalProperties?: Node | boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
}

/** A field's type as the table holds it: a primitive, the name of a structure, or a list or map of one. */
type Field = string | { readonly list: Field } | { readonly map: Field };
interface Structure {
  readonly fields: Record<string, Field>;
  readonly required: string[];
}

const roots = [
  ['task', 'v1', 'Task'],
  ['pipeline', 'v1', 'Pipeline'],
  ['pipelinerun', 'v1', 'PipelineRun'],
  ['taskrun', 'v1', 'TaskRun'],
  ['stepaction', 'v1beta1', 'StepAction'],
] as const;

/** What the CRDs leave open (x-kubernetes-preserve-unknown-fields), by the name of the field. */
const open: Record<string, Field> = {
  default: 'ParamValue',
  value: 'ParamValue',
  volumes: { list: 'Volume' },
  taskSpec: 'EmbeddedTask',
  'TaskRun.spec.taskSpec': 'TaskSpec',
  pipelineSpec: 'PipelineSpec',
  volumeClaimTemplate: 'PersistentVolumeClaim',
  retriesStatus: { list: 'TaskRunStatus' },
  affinity: 'any',
  securityContext: 'PodSecurityContext',
};

const byHand: Record<string, Structure> = {
  ObjectMeta: structure({
    name: 'string',
    generateName: 'string',
    namespace: 'string',
    labels: { map: 'string' },
    annotations: { map: 'string' },
    creationTimestamp: 'string',
    deletionTimestamp: 'string',
    deletionGracePeriodSeconds: 'integer',
    finalizers: { list: 'string' },
    generation: 'integer',
    managedFields: 'any',
    ownerReferences: 'any',
    resourceVersion: 'string',
    selfLink: 'string',
    uid: 'string',
  }),
  Volume: structure(
    {
      name: 'string',
      emptyDir: 'EmptyDirVolumeSource',
      configMap: 'ConfigMapVolumeSource',
      secret: 'SecretVolumeSource',
      projected: 'ProjectedVolumeSource',
      persistentVolumeClaim: 'PersistentVolumeClaimSource',
      csi: 'CSIVolumeSource',
      hostPath: 'HostPathVolumeSource',
      downwardAPI: { map: 'any' },
      ephemeral: { map: 'any' },
      image: { map: 'any' },
      nfs: { map: 'any' },
      awsElasticBlockStore: { map: 'any' },
      azureDisk: { map: 'any' },
      azureFile: { map: 'any' },
      cephfs: { map: 'any' },
      cinder: { map: 'any' },
      fc: { map: 'any' },
      flexVolume: { map: 'any' },
      flocker: { map: 'any' },
      gcePersistentDisk: { map: 'any' },
      gitRepo: { map: 'any' },
      glusterfs: { map: 'any' },
      iscsi: { map: 'any' },
      photonPersistentDisk: { map: 'any' },
      portworxVolume: { map: 'any' },
      quobyte: { map: 'any' },
      rbd: { map: 'any' },
      scaleIO: { map: 'any' },
      storageos: { map: 'any' },
      vsphereVolume: { map: 'any' },
    },
    ['name'],
  ),
  HostPathVolumeSource: structure({ path: 'string', type: 'string' }, ['path']),
  PersistentVolumeClaim: structure({
    apiVersion: 'string',
    kind: 'string',
    metadata: 'ObjectMeta',
    spec: 'PersistentVolumeClaimSpec',
    status: 'any',
  }),
  PersistentVolumeClaimSpec: structure({
    accessModes: { list: 'string' },
    dataSource: 'any',
    dataSourceRef: 'any',
    resources: 'ResourceRequirements',
    selector: 'LabelSelector',
    storageClassName: 'string',
    volumeAttributesClassName: 'string',
    volumeMode: 'string',
    volumeName: 'string',
  }),
  PodSecurityContext: structure({
    appArmorProfile: 'any',
    fsGroup: 'integer',
    fsGroupChangePolicy: 'string',
    runAsGroup: 'integer',
    runAsNonRoot: 'boolean',
    runAsUser: 'integer',
    seLinuxChangePolicy: 'string',
    seLinuxOptions: 'any',
    seccompProfile: 'any',
    supplementalGroups: { list: 'integer' },
    supplementalGroupsPolicy: 'string',
    sysctls: 'any',
    windowsOptions: 'any',
  }),
};

function structure(fields: Record<string, Field>, required: string[] = []): Structure {
  return { fields, required };
}

const structures = new Map<string, Structure>(Object.entries(byHand));
const nameByShape = new Map<string, string>();

function fieldOf(node: Node, path: string[]): Field {
  const key = path.at(-1) ?? '';
  if (node['x-kubernetes-int-or-string']) return 'int-or-string';
  if (node['x-kubernetes-preserve-unknown-fields']) return open[path.join('.')] ?? open[key] ?? 'any';
  if (key === 'metadata' && !node.properties) return 'ObjectMeta';
  if (node.type === 'array') return { list: fieldOf(node.items ?? {}, path) };
  if (node.properties) return nameOf(node, path);
  if (node.type === 'object') {
    const values = node.additionalProperties;
    return typeof values === 'object' ? { map: fieldOf(values, path) } : { map: 'string' };
  }
  return node.type ?? 'any';
}

/** Registers the structure of an object and gives its name; equal structures share one. */
function nameOf(node: Node, path: string[]): string {
  const fields = Object.fromEntries(
    Object.entries(node.properties ?? {})
      .filter(([field]) => !(path.length === 1 && field === 'status' && path[0] === 'Pipeline'))
      .map(([field, child]) => [field, fieldOf(child, [...path, field])]),
  );
  const made = structure(fields, [...(node.required ?? [])].sort());
  const shape = JSON.stringify(made);
  const known = nameByShape.get(shape);
  if (known !== undefined) return known;
  const name = freshName(path);
  nameByShape.set(shape, name);
  structures.set(name, made);
  return name;
}

function freshName(path: string[]): string {
  const key = path.at(-1) ?? '';
  const pascal = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const wanted =
    path.length === 1
      ? key
      : (goNames[path.join('.')] ??
        goNames[key] ??
        (['spec', 'status'].includes(key) ? `${path.at(-2)}${pascal(key)}` : pascal(key)));
  if (!structures.has(wanted)) return wanted;
  const parent = path.at(-2) ?? '';
  const qualified = `${goNames[parent] ?? pascal(parent)}${pascal(key)}`;
  if (!structures.has(qualified)) return qualified;
  return path.map(pascal).join('');
}

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: node scripts/generate-api.ts <directory of the CRDs>');
for (const [file, version, kind] of roots) {
  const crd = parse(readFileSync(join(directory, `${file}.crd.yaml`), 'utf8')) as {
    spec: { versions: { name: string; schema: { openAPIV3Schema: Node } }[] };
  };
  const schema = crd.spec.versions.find(({ name }) => name === version)?.schema.openAPIV3Schema;
  if (!schema) throw new Error(`${file}: no version ${version}`);
  nameOf(schema, [kind]);
}
const taskSpec = structures.get('TaskSpec');
if (!taskSpec) throw new Error('no TaskSpec');
// pkg/apis/pipeline/v1/pipeline_types.go: EmbeddedTask is TaskSpec beside metadata and the fields of a custom task.
structures.set(
  'EmbeddedTask',
  structure({
    apiVersion: 'string',
    kind: 'string',
    metadata: 'Metadata',
    spec: 'any',
    ...taskSpec.fields,
  }),
);

const primitives: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  'int-or-string': 'number | string',
  any: 'unknown',
  ParamValue: 'ParamValue',
};
function typeText(field: Field): string {
  if (typeof field === 'string') return primitives[field] ?? field;
  if ('list' in field) {
    const item = typeText(field.list);
    return `readonly ${item.includes(' ') ? `(${item})` : item}[]`;
  }
  return `Readonly<Record<string, ${typeText(field.map)}>>`;
}

const sorted = [...structures].sort(([a], [b]) => (a < b ? -1 : 1));
const header =
  '// Generated by scripts/generate-api.ts from the CRDs of Tekton Pipelines (Apache-2.0). Do not edit.\n';
const types = sorted.map(([name, { fields, required }]) => {
  const lines = Object.entries(fields).map(([field, type]) =>
    required.includes(field)
      ? `  readonly ${field}: ${typeText(type)};`
      : `  readonly ${field}?: ${typeText(type)} | undefined;`,
  );
  return `export interface ${name} {\n${lines.join('\n')}\n}\n`;
});
writeFileSync(
  new URL('../lib/tekton/objects/api.gen.ts', import.meta.url),
  `${header}
/** What a parameter or a result can hold. */
export type ParamValue = string | readonly string[] | Readonly<Record<string, string>>;

${types.join('\n')}`,
);
writeFileSync(
  new URL('../lib/tekton/objects/structure.gen.ts', import.meta.url),
  `${header}
/** A primitive, the name of a structure, or a list or map of one. */
export type Field = string | { readonly list: Field } | { readonly map: Field };
export interface Structure {
  readonly fields: Readonly<Record<string, Field>>;
  readonly required: readonly string[];
}

export const structures: Readonly<Record<string, Structure>> = {
${sorted.map(([name, made]) => `  ${name}: ${JSON.stringify(made)},`).join('\n')}
};
`,
);
console.log(`${structures.size} structures`);
