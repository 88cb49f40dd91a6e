import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRegistryClient, type Descriptor, fetchBytes, packLayer, pushImage } from '#lib/oci';
import { run } from '#lib/process';
import { goTool } from '#test/registries/go-tool';
import { type Registry, startRegistry } from '#test/registries/registry';
import { type StandInSigstore, startStandInSigstore } from '#test/sigstore/stand-in-sigstore';
import { type SigningInput, signWithCosign } from './sign-with-cosign.ts';

const cosign = await goTool('cosign', { mayBuild: process.env.BUILD_COSIGN === '1' });
const skipped = cosign === undefined ? ' (skipped: no cosign)' : '';
const timeout = 120_000;

describe.skipIf(cosign === undefined)(
  `cosign itself signs, with stand-ins for Fulcio, Rekor and TUF${skipped}`,
  () => {
    const client = createRegistryClient();
    let registry: Registry;
    let sigstore: StandInSigstore;
    let folder: string;
    beforeAll(async () => {
      [registry, sigstore] = await Promise.all([startRegistry(), startStandInSigstore()]);
      folder = mkdtempSync(join(tmpdir(), 'sign-'));
      writeFileSync(join(folder, 'token'), `${token}\n`);
    });
    afterAll(async () => {
      client.close();
      rmSync(folder, { recursive: true });
      await Promise.all([registry.stop(), sigstore[Symbol.asyncDispose]()]);
    });
    beforeEach(() => {
      sigstore.asked.length = 0;
      sigstore.fault = () => undefined;
    });

    const pushed = async (name: string) => {
      const target = client.repository(`${registry.host}/${name}`);
      const layers = [await packLayer([{ path: 'a', content: name }])];
      const image = await pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers });
      return { target, image };
    };
    const calls: (readonly string[])[] = [];
    const sign = async (image: string, more: Partial<SigningInput> = {}) => {
      const { url } = sigstore;
      const services = { oidcIssuer: 'https://issuer', rekor: url, fulcio: url, tuf: url };
      const PATH = [dirname(cosign ?? ''), process.env.PATH].join(delimiter);
      calls.length = 0;
      await signWithCosign(
        { services, image, token: join(folder, 'token'), tlsVerify: true, ca: [], ...more },
        {
          tool: (program, args, options) => {
            calls.push(args);
            return run(program === 'cosign' ? (cosign ?? '') : program, args, {
              ...options,
              name: program,
              env: { PATH, ...options?.env },
            });
          },
          signal: AbortSignal.timeout(timeout),
          log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        },
      );
    };

    test('the image and its SBOM, found as referrers of the image', { timeout }, async () => {
      const { target, image } = await pushed('signed');
      const content = Buffer.from('{"spdxVersion":"SPDX-2.3","packages":[]}');

      await sign(`${target.name}@${image.digest}`, { sbom: { type: 'spdx', content } });

      const statements = await statementsOf(target, image);
      expect(statements.map(({ predicateType }) => predicateType).sort()).toEqual([
        'https://sigstore.dev/cosign/sign/v1',
        'https://spdx.dev/Document',
      ]);
      for (const { subject } of statements) {
        expect(subject).toMatchObject([{ digest: { sha256: image.digest.slice(7) } }]);
      }
      const sbom = statements.find(({ predicateType }) => predicateType === 'https://spdx.dev/Document');
      expect(sbom?.predicate).toEqual(JSON.parse(content.toString()));
      expect(sigstore.asked).toContain('POST /api/v1/log/entries');
      expect(JSON.stringify(calls)).not.toContain(token);
      const identity = ['--certificate-identity', `https://kubernetes.io/${sub}`];
      const verify = async (...args: readonly string[]) => {
        const env = { HOME: folder, TUF_ROOT: join(folder, 'tuf') };
        const what = ['--certificate-oidc-issuer', 'https://issuer', '--insecure-ignore-sct'];
        return run(cosign ?? '', [...args, ...identity, ...what, `${target.name}@${image.digest}`], { env });
      };
      const root = ['initialize', '--root', `${sigstore.url}/root.json`, '--mirror', sigstore.url];
      await run(cosign ?? '', root, { env: { HOME: folder, TUF_ROOT: join(folder, 'tuf') } });
      await verify('verify');
      await verify('verify-attestation', '--type', 'spdxjson');
    });

    test('CycloneDX is attested as such, and without an SBOM the image alone is signed', {
      timeout,
    }, async () => {
      const { target, image } = await pushed('cyclonedx');
      const bare = await pushed('bare');
      const content = Buffer.from('{"bomFormat":"CycloneDX"}');

      await sign(`${target.name}@${image.digest}`, { sbom: { type: 'cyclonedx', content } });
      await sign(`${bare.target.name}@${bare.image.digest}`);

      const types = (await statementsOf(target, image)).map(({ predicateType }) => predicateType);
      expect(types.sort()).toEqual(['https://cyclonedx.org/bom', 'https://sigstore.dev/cosign/sign/v1']);
      expect(await statementsOf(bare.target, bare.image)).toHaveLength(1);
    });

    test('an authority that is away is asked again, one that refuses is not', { timeout }, async () => {
      const { target, image } = await pushed('faults');
      const name = `${target.name}@${image.digest}`;
      let left = 1;
      sigstore.fault = (path) => (path.endsWith('root.json') && left-- > 0 ? 503 : undefined);
      await sign(name);
      expect(await statementsOf(target, image)).toHaveLength(1);

      sigstore.fault = (path) => (path.endsWith('signingCert') ? 403 : undefined);
      const refused = sign(name);

      await expect(refused).rejects.toThrow(`cannot sign ${name}: cosign`);
      await expect(refused).rejects.toThrow(/^(?!.*eyJ)/s);
      expect(calls.filter(([command]) => command === 'sign')).toHaveLength(1);
    });

    test('without a token nothing is asked for', { timeout }, async () => {
      const { target, image } = await pushed('no-token');

      await expect(sign(`${target.name}@${image.digest}`, { token: join(folder, 'none') })).rejects.toThrow(
        "cannot sign: there is no token of the pod's account",
      );
      expect(sigstore.asked.filter((one) => one.startsWith('POST'))).toEqual([]);
    });
  },
);

/** A token of no real issuer: what stands in for Fulcio asks nobody about it. */
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sub = 'system:serviceaccount:tenant:build-pipeline-a';
const token = `${part({ alg: 'none' })}.${part({ iss: 'https://issuer', sub, aud: 'sigstore', exp: 4_000_000_000 })}.x`;

interface Statement {
  readonly predicateType: string;
  readonly subject: object;
  readonly predicate: object;
}

type Target = ReturnType<ReturnType<typeof createRegistryClient>['repository']>;

/** The statements in the bundles of Sigstore that refer to an image. */
async function statementsOf(target: Target, image: Descriptor): Promise<readonly Statement[]> {
  const read = async (descriptor: Descriptor) =>
    JSON.parse(Buffer.from(await fetchBytes(target, descriptor)).toString());
  const statements: Statement[] = [];
  for (const referrer of await target.referrers(image)) {
    const [layer] = (await read(referrer)).layers;
    const { dsseEnvelope } = await read(layer);
    statements.push(JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString()));
  }
  return statements;
}
