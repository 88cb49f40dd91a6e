import { mkdir, rm } from 'node:fs/promises';
import { atLevel, readTrustedCa } from '#lib/konflux';
import { implement } from '#lib/step';
import { checkOut } from './checkout.ts';
import { gitEnvironment } from './environment.ts';
import { type Ask, gitIn, patiently } from './git.ts';
import { refuseLinksOutside } from './links.ts';
import { parseList } from './list.ts';
import { refuseUnreadable } from './local-path.ts';
import { mergeBranch } from './merge.ts';
import { isSameRepository, parseOrigin } from './origin.ts';
import { makePrivateDirectory } from './private-directory.ts';
import { tellProgress } from './progress.ts';
import { task } from './task.ts';
import { tidy } from './tidy.ts';

export default implement(task.steps.clone, async (context) => {
  const { params, workspaces, signal, tool } = context;
  const log = atLevel(context.log, params.logLevel);
  const origin = parseOrigin('url', params.url);
  const isMerging = params.mergeTargetBranch && params.mergeSourceRepoUrl !== '';
  const source = isMerging ? parseOrigin('mergeSourceRepoUrl', params.mergeSourceRepoUrl) : undefined;
  for (const one of source === undefined ? [origin] : [origin, source]) await refuseUnreadable(one);
  const sparse = parseList('sparseCheckoutDirectories', params.sparseCheckoutDirectories);
  const submodulePaths = parseList('submodulePaths', params.submodulePaths);
  const ignoredLinks = parseList('symlinkCheckIgnorePattern', params.symlinkCheckIgnorePattern);

  await using place = await makePrivateDirectory();
  const environment = await gitEnvironment(
    {
      origins: source === undefined ? [origin] : [origin, source],
      basicAuth: workspaces['basic-auth'],
      sshDirectory: workspaces['ssh-directory'],
      authorities: await readTrustedCa(),
      sslVerify: params.sslVerify,
      proxies: { http: params.httpProxy, https: params.httpsProxy, no: params.noProxy },
    },
    place,
  );
  const directory = workspaces.source;
  const isDetailed = /^(?:debug|trace)$/i.test(params.logLevel);
  const gitWith = (env: Readonly<Record<string, string>>) =>
    gitIn(directory, { ...environment, ...env }, { tool, log, signal }, isDetailed);
  const git = gitWith({});
  const ask: Ask = (question) => patiently({ tool, log, signal }, question);

  // What an earlier try has left is no part of this one.
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  log.info(`cloning ${origin.url}`);
  using _ = tellProgress(directory, log);
  await checkOut(
    directory,
    {
      url: origin.url,
      revision: params.revision,
      refspec: params.refspec,
      depth: params.depth,
      sparse,
      tags: params.fetchTags,
      submodules: params.submodules ? submodulePaths : undefined,
    },
    git,
    ask,
  );
  const commit = await git('rev-parse', 'HEAD');
  const length = params.shortCommitLength;
  const short = await git('rev-parse', length > 0 ? `--short=${length}` : '--short', 'HEAD');
  const timestamp = await git('show', '--no-patch', '--format=%ct', 'HEAD');
  let merged = '';
  if (params.mergeTargetBranch) {
    const url = source === undefined || isSameRepository(source, origin) ? undefined : source.url;
    const depth = Number(params.mergeSourceDepth);
    merged = await mergeBranch(gitWith, { branch: params.targetBranch, url, depth }, ask);
  }
  if (params.enableSymlinkCheck) await refuseLinksOutside(directory, ignoredLinks);
  await tidy(directory, git, { isSparse: sparse.length > 0, hasSubmodules: params.submodules });
  log.info(`checked out ${commit}${merged === '' || merged === commit ? '' : `, merged as ${merged}`}`);
  return {
    commit,
    'short-commit': short,
    'commit-timestamp': timestamp,
    url: origin.url,
    'CHAINS-GIT_URL': origin.url,
    'CHAINS-GIT_COMMIT': commit,
    merged_sha: merged,
  };
});
