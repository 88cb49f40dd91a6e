import { expect, test } from 'vitest';
import type { ConfigMapAnswer } from '#lib/kube';
import { run } from '#lib/process';
import { checkSigning, clusterSigning, signingServices } from './signing.ts';

const all = {
  defaultOIDCIssuer: 'https://issuer',
  rekorInternalUrl: 'https://rekor/',
  fulcioExternalUrl: 'https://fulcio',
  tufExternalUrl: 'https://tuf/path',
};

test('without any setting nothing is signed', () => {
  expect(signingServices({ other: 'x', rekorInternalUrl: '' })).toBeUndefined();
});

test.for<[key: string, told: string]>([
  ['defaultOIDCIssuer', 'defaultOIDCIssuer'],
  ['rekorInternalUrl', 'rekorInternalUrl or rekorExternalUrl'],
  ['fulcioExternalUrl', 'fulcioInternalUrl or fulcioExternalUrl'],
  ['tufExternalUrl', 'tufInternalUrl or tufExternalUrl'],
])('without %s alone: it is named', ([key, told]) => {
  expect(() => signingServices({ ...all, [key]: '' })).toThrow(`there is no ${told}`);
});

test('all of the settings, of which the address inside the cluster comes first', () => {
  const both = { ...all, tufInternalUrl: 'http://tuf.inside:8080' };

  expect(signingServices(both)).toEqual({
    oidcIssuer: 'https://issuer',
    rekor: 'https://rekor',
    fulcio: 'https://fulcio',
    tuf: 'http://tuf.inside:8080',
  });
});

test.for(['rekor', '--help', 'file:///etc/passwd', 'https://name:secret@rekor'])(
  '%s is no address of a server, and not shown',
  (address) => {
    expect(() => signingServices({ ...all, rekorInternalUrl: address })).toThrow(
      /^rekorInternalUrl of ConfigMap konflux-info\/cluster-config is no address of a server$/,
    );
  },
);

const contextOf = () => {
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (line: string) => void warnings.push(line), error: () => {} };
  return { warnings, log, signal: new AbortController().signal };
};

test.for<[answer: ConfigMapAnswer | undefined, isOn: boolean, warnings: number]>([
  [undefined, false, 0],
  [{ kind: 'absent' }, false, 0],
  [{ kind: 'forbidden' }, false, 1],
  [{ kind: 'found', data: {} }, false, 0],
  [{ kind: 'found', data: all }, true, 0],
])('the cluster says %j: signing is on: %j', async ([answer, isOn, count]) => {
  const { warnings, ...context } = contextOf();

  const services = await clusterSigning(context, async () => answer);

  expect(services !== undefined).toBe(isOn);
  expect(warnings).toHaveLength(count);
});

test('what cannot be signed is not built: a step image without cosign is told before', async () => {
  const tool = async (program: string, args: readonly string[]) => run(`no-such-${program}`, args);
  const context = { ...contextOf(), tool };

  const check = (answer: ConfigMapAnswer) => checkSigning(context, async () => answer);

  await expect(check({ kind: 'found', data: all })).rejects.toThrow('the step image has no cosign');
  await expect(check({ kind: 'absent' })).resolves.toBeUndefined();
});
