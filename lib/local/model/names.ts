import { createHash, randomInt } from 'node:crypto';

const LONGEST = 63;
const HEAD = LONGEST - 32;

/** A name for the child of an object; what is longer than 63 characters gets a hash (knative.dev/pkg/kmeta ChildName). */
export function childName(parent: string, suffix: string): string {
  if (parent.length <= LONGEST - suffix.length) return parent + suffix;
  if (HEAD - suffix.length > 0) return parent.slice(0, HEAD - suffix.length) + md5(parent) + suffix;
  const name = parent.slice(0, HEAD) + md5(parent + suffix);
  return (name + suffix.slice(0, Math.max(0, LONGEST - name.length))).replace(/[^a-zA-Z0-9]+$/, '');
}

/** The names of a pipeline task's runs (getNewRunNames, pkg/reconciler/pipelinerun/resources/pipelinerunresolution.go). */
export function runNames(pipelineRun: string, pipelineTask: string, count: number): readonly string[] {
  if (count === 1) return [childName(pipelineRun, `-${pipelineTask}`)];
  return Array.from({ length: count }, (_, index) => {
    const name = childName(pipelineRun, `-${pipelineTask}-${index}`);
    if (name.endsWith(`-${index}`)) return name;
    const longest = LONGEST - `-${count}`.length;
    return `${childName(pipelineRun, `-${pipelineTask}`).slice(0, longest)}-${index}`;
  });
}

/** What the API server puts after generateName: letters without vowels and look-alikes (k8s.io/apimachinery rand). */
export function randomSuffix(): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  return Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
