import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuildPod, missing, openBuildPod, type SecurityContext, type Step } from '#test/build-pod';

const known = 'whoever-finds-this-has-looked';
const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;
let pod: BuildPod;

/** What fixture/run.c says where it has found or done something. */
const findings = (lines: readonly string[]) =>
  lines.filter((line) => /\b(?:FOUND|WROTE|JOINED|UNMOUNTED|REMOUNTED)\b/.test(line));

/** The secret as it stands in every credential of the pod, whatever a format makes of its end. */
const unpadded = () => pod.secret.replace(/=+$/, '');

/** The markers go in backwards, so that they do not stand in what describes the build. */
const lookFor = () => [unpadded(), known].map((text) => text.split('').reverse().join(''));

describe.skipIf(missing.length > 0)(`the code of a build${skipped}`, () => {
  beforeAll(async () => {
    pod = await openBuildPod();
  }, 120_000);
  afterAll(() => pod[Symbol.asyncDispose]());

  test.for(['cri-o', 'containerd'] as const)(
    'that leaves its chroot finds no credential, and changes nothing, under the capabilities of %s',
    { timeout: 180_000 },
    async (runtime) => {
      const command = JSON.stringify(['/program', 'escape', ...lookFor()]);
      const files = { Containerfile: `FROM scratch\nCOPY program /\nRUN ${command}\n`, known };

      const proxy = { name: 'https_proxy', value: `http://user:${unpadded()}@127.0.0.1:9` };
      const step = (own: Step) => ({ ...own, env: [proxy] });

      const { status, values, lines } = await pod.build({ files, step, runtime });

      expect(status, lines.join('\n')).toBe('Succeeded');
      expect(lines).toContain(
        'build: warning: https_proxy is not given to the build: it has a user or password in it',
      );
      expect(lines).toContain('build: [buildah] ESCAPED yes');
      expect(lines).toContain('build: [buildah] PROCESSES several');
      expect(lines).toContain('build: [buildah] UNSHARED');
      // The program does find what is there; in a namespace of its own it may not read what is another user's.
      expect(findings(lines)).toEqual(['build: [buildah] FOUND 1 /workspace/source/known']);
      expect(values.IMAGE_DIGEST).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(existsSync(join(pod.steps, 'planted'))).toBe(false);
    },
  );

  const unlike = (capabilities: { add?: string[]; drop?: string[] }) => (own: SecurityContext) => ({
    ...own,
    capabilities: {
      add: capabilities.add ?? own.capabilities?.add ?? [],
      drop: [...(own.capabilities?.drop ?? []), ...(capabilities.drop ?? [])],
    },
  });
  test.for<[string, (own: SecurityContext) => SecurityContext]>([
    ['the profile of a runtime', (own) => ({ ...own, seccompProfile: { type: 'RuntimeDefault' } })],
    ['no SETUID', unlike({ drop: ['SETUID'] })],
    ['no SETGID', unlike({ drop: ['SETGID'] })],
    ['no SETFCAP', unlike({ add: [] })],
  ])('is not run where it cannot be put out of reach: %s', { timeout: 180_000 }, async ([, security]) => {
    const files = { Containerfile: 'FROM scratch\nCOPY program /\nRUN ["/program", "hello"]\n' };

    const step = (own: Step) => ({ ...own, securityContext: security(own.securityContext ?? {}) });
    const { status, lines } = await pod.build({ files, step, runtime: 'cri-o' });

    expect(status).toBe('Failed');
    const errors = lines.filter((line) => /^\w+: (?:error|hint): /.test(line));
    expect(errors).toEqual([
      expect.stringMatching(
        /^build: error: cannot put the build out of reach of the credentials of its pod: /,
      ),
      expect.stringMatching(/^build: hint: the step needs user namespaces/),
    ]);
    expect(lines.join('\n')).not.toContain('[buildah]');
  });

  test('that runs in the step itself finds them all', { timeout: 180_000 }, async () => {
    const command = ['/workspace/source/program', 'look', ...lookFor()];
    const taskSpec = {
      workspaces: [{ name: 'source' }],
      results: [{ name: 'IMAGE_DIGEST' }],
      steps: [{ name: 'build', image: 'any', command, securityContext: { runAsUser: 0 } }],
    };

    const { lines } = await pod.build({ taskSpec });

    expect(findings(lines)).toEqual(
      expect.arrayContaining([
        'build: FOUND 0 /root/.docker/config.json',
        'build: FOUND 0 /root/.git-credentials',
        'build: FOUND 0 /tekton/creds-secrets/registry/.dockerconfigjson',
        'build: FOUND 0 /proc/1/environ',
        'build: FOUND root /proc/1/root/tekton',
        'build: WROTE /tekton/results/IMAGE_DIGEST',
      ]),
    );
  });
});
