import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '#lib/process';

/** The parts of Renovate's report that the tests look at. */
export interface RenovateReport {
  readonly packageFiles: Readonly<Record<string, readonly PackageFile[]>>;
}

interface PackageFile {
  readonly packageFile: string;
  readonly deps: readonly Dependency[];
}

export interface Dependency {
  readonly depName?: string;
  readonly currentValue?: string;
  readonly currentDigest?: string;
  readonly replaceString?: string;
  readonly updates?: readonly Update[];
}

export interface Update {
  readonly updateType: string;
  readonly newValue?: string;
  readonly branchName: string;
}

interface RenovateOptions {
  /** Directory of Renovate's package. */
  readonly folder: string;
  /** Where the files are that it looks at. */
  readonly checkout: string;
  readonly proxy: string;
}

/** Runs Renovate over a folder as it would over a repository, up to where it would push branches. */
export async function runRenovate({ folder, checkout, proxy }: RenovateOptions): Promise<RenovateReport> {
  const report = join(checkout, '../report.json');
  await run(process.execPath, [join(folder, 'dist/renovate.js'), '--platform=local', '--dry-run=lookup'], {
    cwd: checkout,
    timeout: 110_000,
    env: {
      RENOVATE_REPORT_TYPE: 'file',
      RENOVATE_REPORT_PATH: report,
      RENOVATE_HOST_RULES: JSON.stringify([{ matchHost: 'quay.io', insecureRegistry: true }]),
      RENOVATE_BASE_DIR: join(checkout, '../renovate'),
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      NO_PROXY: '',
      LOG_LEVEL: 'warn',
    },
  });
  const { repositories } = JSON.parse(await readFile(report, 'utf8')) as {
    readonly repositories: { readonly local: RenovateReport };
  };
  return repositories.local;
}
