import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseBuildHosts, parseObjects, readBuildHosts, runLocally, sortObjects } from '#lib/local';
import { run } from '#lib/process';
import type { RunEvent } from '#lib/runs';
import { taskManifest, toYaml } from '#lib/tekton';
import { missing } from '#test/build-pod';
import { openRemoteBuilds, type RemoteBuilds } from '#test/remote-build';
import { canBeHost, startTestHost, type TestHost } from '#test/servers/build-host';
import { bundledSteps } from '#test/step-image';
import { task } from './task.ts';

let builds: RemoteBuilds;
let there: TestHost;
let directory: string;

/** This machine's own openssh-server is the host of each platform, by several names of this machine's architecture. */
describe.skipIf(missing.length > 0 || !canBeHost)(
  'a matrix of platforms, each with a host of its own',
  () => {
    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'platform-hosts-'));
      there = await startTestHost();
      builds = await openRemoteBuilds();
    }, 120_000);
    afterAll(async () => {
      await builds[Symbol.asyncDispose]();
      await there.stop();
      rmSync(directory, { recursive: true });
    });

    /** The status of the run, that of each platform, and what each of their steps said. */
    async function build(hosts: Readonly<Record<string, string>>) {
      const source = await builds.pack({ Containerfile: 'FROM scratch\nCOPY Containerfile /\n' });
      const params = {
        IMAGE: `${builds.registry.host}/test/image:1`,
        DOCKERFILE: 'Containerfile',
        IMAGE_APPEND_PLATFORM: 'true',
        SKIP_SBOM_GENERATION: 'true',
        SOURCE_ARTIFACT: source,
        STORAGE_DRIVER: 'vfs',
      };
      const build = {
        name: 'build',
        matrix: { params: [{ name: 'PLATFORM', value: Object.keys(hosts) }] },
        params: Object.entries(params).map(([name, value]) => ({ name, value })),
        taskSpec: taskManifest(task, { image: 'steps' }).spec,
      };
      const pipelineRun = {
        apiVersion: 'tekton.dev/v1',
        kind: 'PipelineRun',
        metadata: { name: 'run' },
        spec: { pipelineSpec: { tasks: [build] } },
      };
      const lines: string[] = [];
      const event = (one: RunEvent) => {
        if (one.type === 'step-log') lines.push(`${one.step}: ${one.text}`);
        if (one.type === 'note') lines.push(one.text);
      };
      const given = Object.entries(hosts).map(([platform, host]) => `${platform}=${host}`);
      const { status, taskRuns } = await runLocally({
        objects: {
          ...sortObjects(parseObjects(toYaml(pipelineRun), 'test.yaml')),
          buildHosts: await readBuildHosts(parseBuildHosts(given)),
        },
        imageMap: [bundledSteps(builds.steps)],
        runsDirectory: join(directory, 'runs'),
        network: 'host',
        sinks: [{ event }],
      });
      const statuses = taskRuns.map(({ spec, status: one }) => [
        spec?.params?.find(({ name }) => name === 'PLATFORM')?.value,
        one?.conditions?.[0]?.status,
      ]);
      return { status, lines, statuses: Object.fromEntries(statuses) as Record<string, string> };
    }

    const known = () => {
      const path = join(there.scratch, 'known');
      writeFileSync(path, there.sshd.knownHost);
      return `known-hosts=${path}`;
    };

    test('every one builds on its own, and names it', { timeout: 240_000 }, async () => {
      const host = `ssh://${there.address},key=${there.sshd.key},${known()}`;
      const platforms = ['linux/amd64', 'linux-mlarge/amd64'];

      const { status, lines } = await build(Object.fromEntries(platforms.map((one) => [one, host])));

      expect(status, lines.join('\n')).toBe('Succeeded');
      for (const one of platforms)
        expect(lines.join('\n')).toContain(`${there.address} is the host for ${one}`);
      expect(lines.filter((line) => line.startsWith(`build: building on ${there.address}`))).toHaveLength(2);
      for (const one of ['1-linux-amd64', '1-linux-mlarge-amd64'])
        await builds.repository('test/image').resolve(one);
    });

    test('one that refuses the key and one that is not there are told, each with what to do', {
      timeout: 240_000,
    }, async () => {
      const other = join(directory, 'other');
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);

      const { status, lines, statuses } = await build({
        'linux/amd64': `ssh://${there.address},key=${there.sshd.key},${known()}`,
        'linux-refused/amd64': `ssh://${there.address},key=${other},${known()}`,
        'linux-gone/amd64': `ssh://root@127.0.0.1:1,key=${there.sshd.key},patience=2s`,
      });

      expect(status, lines.join('\n')).toBe('Failed');
      expect(statuses).toMatchObject({ 'linux-refused/amd64': 'False', 'linux-gone/amd64': 'False' });
      const told = lines.filter((line) => /^build: (?:error|hint): /.test(line)).toSorted();
      expect(told, lines.join('\n')).toEqual([
        expect.stringMatching(
          /cannot reach the build host root@127\.0\.0\.1:1 while it is prepared, for 2 s: /,
        ),
        expect.stringMatching(/cannot use the build host .*: it refuses the key \(.*Permission denied/),
        'build: hint: is the host up, and reachable from here? What it was asked to do may be done there in part',
        'build: hint: is the key the one of this user there?',
      ]);
    });
  },
);
