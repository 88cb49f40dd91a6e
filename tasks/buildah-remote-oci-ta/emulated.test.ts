import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRun } from '#lib/image-build';
import { readImage } from '#lib/oci';
import { findProgram, run } from '#lib/process';
import { missing } from '#test/build-pod';
import { openRemoteBuilds, type RemoteBuilds } from '#test/remote-build';

/** Go's architectures, with what a kernel calls its machine. */
const MACHINES = { arm64: 'aarch64', ppc64le: 'ppc64le', s390x: 's390x' } as const;
type Architecture = keyof typeof MACHINES;

const go = await findProgram('go');
const emulated: Architecture[] = [];
for (const one of Object.keys(MACHINES) as Architecture[]) if (await canRun(one)) emulated.push(one);
const lacks = [...missing, ...(go === undefined ? ['go'] : []), ...(emulated.length === 0 ? ['qemu'] : [])];

/** Tells which machine it is on, and adds that to a file of the image, which it shows. */
const PROGRAM = `package main

import (
	"os"
	"runtime"
	"syscall"
)

func main() {
	var name syscall.Utsname
	syscall.Uname(&name)
	machine := []byte{}
	for _, letter := range name.Machine {
		if letter != 0 {
			machine = append(machine, byte(letter))
		}
	}
	file, err := os.OpenFile("/said", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0644)
	if err != nil {
		panic(err)
	}
	file.WriteString(runtime.GOARCH + " on " + string(machine) + ", " + os.Args[1] + ". ")
	said, _ := os.ReadFile("/said")
	os.Stdout.Write(append(said, '\\n'))
}
`;

describe.skipIf(lacks.length > 0)(
  `RUN lines of a platform that this machine is not${lacks.length === 0 ? '' : ` (skipped: no ${lacks.join(', no ')})`}`,
  () => {
    let builds: RemoteBuilds;
    let directory: string;
    beforeAll(async () => {
      builds = await openRemoteBuilds();
      directory = mkdtempSync(join(tmpdir(), 'emulated-'));
      writeFileSync(join(directory, 'say.go'), PROGRAM);
    }, 120_000);
    afterAll(async () => {
      await builds[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    });

    async function compile(architecture: Architecture): Promise<Uint8Array> {
      const program = join(directory, architecture);
      const env = { GOOS: 'linux', GOARCH: architecture, CGO_ENABLED: '0', GOFLAGS: '-trimpath -p=1' };
      await run(go ?? '', ['build', '-o', program, join(directory, 'say.go')], { env });
      return readFileSync(program);
    }

    test.for(emulated)(
      '%s: each runs emulated, sees what the one before has left, and makes an image of that platform',
      {
        timeout: 300_000,
      },
      async (architecture) => {
        const { status, lines, values } = await builds.build({
          files: {
            Containerfile: 'FROM scratch\nCOPY say /\nRUN ["/say", "first"]\nRUN ["/say", "second"]\n',
            say: await compile(architecture),
          },
          params: { DOCKERFILE: 'Containerfile', PLATFORM: `linux/${architecture}`, HERMETIC: 'true' },
        });

        expect(status, lines.join('\n')).toBe('Succeeded');
        const here = `${architecture} on ${MACHINES[architecture]}`;
        expect(lines.map((line) => line.trimEnd())).toContain(
          `build: [buildah] ${here}, first. ${here}, second.`,
        );
        const { config } = await readImage(builds.repository('test/image'), values.IMAGE_DIGEST ?? '');
        expect(config).toMatchObject({ os: 'linux', architecture });
      },
    );

    test('a program of an architecture that nothing emulates fails, and says so', {
      timeout: 180_000,
    }, async () => {
      const { status, lines } = await builds.build({
        files: { Containerfile: 'FROM scratch\nCOPY Containerfile /\n' },
        params: { DOCKERFILE: 'Containerfile', PLATFORM: 'linux/riscv64' },
      });

      expect(status).toBe('Failed');
      expect(lines.filter((line) => line.includes('error: '))).toHaveLength(1);
      expect(lines.join('\n')).toMatch(/riscv64/);
    });
  },
);
