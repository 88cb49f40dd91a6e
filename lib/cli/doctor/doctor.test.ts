import { expect, test, vi } from 'vitest';
import { captured } from '#test/captured';
import { main } from '../main.ts';

const doctor = (...args: readonly string[]) =>
  captured(() => main(['doctor', '--registry', '127.0.0.1:1', ...args]));

test('the same is told to people and to programs, and a warning is no failure', async () => {
  const plain = await doctor();
  const json = await doctor('--output', 'json');

  const { findings } = JSON.parse(json.stdout) as { findings: readonly { name: string; status: string }[] };
  const failures = findings.filter(({ status }) => status === 'fail');
  expect([plain.code, json.code]).toEqual(failures.length > 0 ? [3, 3] : [0, 0]);
  expect(findings.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['node', 'podman', 'disk', 'registry']),
  );
  for (const { name } of findings) expect(plain.stdout).toMatch(new RegExp(`^[✓!✗] +${name} `, 'm'));
  expect(plain.stdout).toMatch(/^! +registry +.*\n +mend: look at the network/m);
  expect(plain.stdout).toContain(`, ${failures.length} failures\n`);
});

test('without podman it ends with 3 and says how it is installed', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const { code, stdout } = await doctor();
  vi.unstubAllEnvs();

  expect(code).toBe(3);
  expect(stdout).toMatch(/^✗ +podman +it is not installed\n +mend: install podman 4\.3/m);
});
