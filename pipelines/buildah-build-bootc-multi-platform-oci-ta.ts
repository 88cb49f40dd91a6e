import * as z from 'zod';
import { Count, definePipeline, equals, Flag, ImageUrl, Platform, ref, Text, text } from '#lib/tekton';
import { task as clairScan } from '../externals/clair-scan.gen.ts';
import { task as clamavScan } from '../externals/clamav-scan.gen.ts';
import { task as deprecatedImageCheck } from '../externals/deprecated-image-check.gen.ts';
import { task as preflight } from '../externals/ecosystem-cert-preflight-checks.gen.ts';
import { task as rpmsSignatureScan } from '../externals/rpms-signature-scan.gen.ts';
import { task as sastShellCheck } from '../externals/sast-shell-check-oci-ta.gen.ts';
import { task as sastSnykCheck } from '../externals/sast-snyk-check-oci-ta.gen.ts';
import { task as sastUnicodeCheck } from '../externals/sast-unicode-check-oci-ta.gen.ts';
import { task as sourceBuild } from '../externals/source-build-oci-ta.gen.ts';
import { task as applyTags } from '../tasks/apply-tags/task.ts';
import { task as buildImageIndex } from '../tasks/build-image-index/task.ts';
import { task as buildImages } from '../tasks/buildah-remote-oci-ta/task.ts';
import { task as gitClone } from '../tasks/git-clone-oci-ta/task.ts';
import { task as init } from '../tasks/init/task.ts';
import { task as prefetchDependencies } from '../tasks/prefetch-dependencies-oci-ta/task.ts';
import { task as prepareBuildContext } from '../tasks/prepare-build-context/task.ts';
import { task as pushDockerfile } from '../tasks/push-dockerfile-oci-ta/task.ts';

/** Konflux' pipeline docker-build-multi-platform-oci-ta, name for name, with what bootc images need beside it. */
export const pipeline = definePipeline({
  name: 'buildah-build-bootc-multi-platform-oci-ta',
  version: '0.1.0',
  displayName: 'Build a bootc image',
  categories: ['Image Build'],
  tags: ['bootc', 'konflux', 'multi-platform'],
  description:
    'Builds an image for several platforms from a git repository, joins them in one index, and checks it: Konflux’ pipeline docker-build-multi-platform-oci-ta with the params that bootc images need.',
  labels: {
    'pipelines.openshift.io/runtime': 'generic',
    'pipelines.openshift.io/strategy': 'docker',
    'pipelines.openshift.io/used-by': 'build-cloud',
  },
  params: {
    'git-url': Text.describe('Repository with the source.'),
    revision: Text.default('').describe('Branch, tag or commit; by default the default branch.'),
    'output-image': ImageUrl.describe('Repository and tag that the index is pushed to.'),
    'path-context': Text.default('.').describe('Directory of the source that is the context of the build.'),
    dockerfile: Text.default('Dockerfile').describe(
      'Path of the Containerfile: in the context, else in the source.',
    ),
    'skip-checks': Flag.default(false).describe('Run none of the checks of the image.'),
    hermetic: Flag.default(false).describe('Build without a network, from what was prefetched.'),
    'prefetch-input': Text.default('').describe(
      'What is prefetched: JSON, or the name of a package manager; empty for nothing.',
    ),
    'image-expires-after': Text.default('').describe(
      'When the registry may delete what is pushed, such as 5d; empty for never.',
    ),
    'build-source-image': Flag.default(false).describe('Build an image of the sources, too.'),
    'build-image-index': Flag.default(true).describe('Make an index even of one image.'),
    'buildah-format': z
      .enum(['oci', 'docker'])
      .default('docker')
      .describe('Media types of the images and their index: docker, as upstream has it, or oci.'),
    'enable-cache-proxy': Flag.default(false).describe('Reach registries by the cache of the cluster.'),
    'enable-package-registry-proxy': Flag.default(true).describe(
      'Prefetch by the package registry proxy of the cluster.',
    ),
    'sast-target-dirs': Text.default('.').describe(
      'Directories that are checked statically, with commas between them.',
    ),
    'build-args': z.array(z.string()).default([]).describe('Arguments of the build, as NAME=value.'),
    'build-args-file': Text.default('').describe('File in the source with arguments of the build.'),
    'privileged-nested': Flag.default(false).describe(
      'Build in a privileged container, on a host of its own, as bootc images need it.',
    ),
    'source-date-epoch': Text.default('').describe('Time of the image in seconds since 1970; empty for now.'),
    'rewrite-timestamp': Flag.default(false).describe('Give no file a later time than source-date-epoch.'),
    'omit-history': Flag.default(false).describe('Leave the history of the build out of the image.'),
    'build-platforms': z
      .array(Platform)
      .prefault(['linux/x86_64'])
      .describe('Platforms, as the multi-platform controller names its hosts.'),
    'clone-depth': Count.default(1).describe('Commits of history that are fetched; 0 for all.'),
    'workingdir-mount': Text.default('').describe(
      'Where the build sees its context, such as /run/src; empty for nowhere.',
    ),
    'wait-for-packages': z
      .string()
      .default('0s')
      .describe('How long packages of a lock may be missing, such as 10m while they are being tagged.'),
    labels: z.array(z.string()).default([]).describe('Labels of the image, as name=value.'),
  },
  workspaces: {
    'git-auth': { description: 'Credentials for the repository.', optional: true },
    netrc: { description: 'Credentials for what is prefetched.', optional: true },
  },

  // Tasks, their names and their params stand in upstream's order.
  body({ params, workspaces, run }) {
    // As upstream writes it: in a matrix it means the whole list, too.
    const platforms = ref<readonly Platform[]>('$(params.build-platforms)', 'array');
    const started = run('init', init, { params: { 'enable-cache-proxy': params['enable-cache-proxy'] } });
    const cloned = run('clone-repository', gitClone, {
      runAfter: [started],
      params: {
        url: params['git-url'],
        revision: params.revision,
        depth: params['clone-depth'],
        ociStorage: text`${params['output-image']}.git`,
        ociArtifactExpiresAfter: params['image-expires-after'],
      },
      workspaces: { 'basic-auth': workspaces['git-auth'] },
    });
    const prepared = run('prepare-build-context', prepareBuildContext, {
      runAfter: [cloned],
      params: {
        SOURCE_ARTIFACT: cloned.results.SOURCE_ARTIFACT,
        input: params['prefetch-input'],
        waitForPackages: params['wait-for-packages'],
        ociStorage: text`${params['output-image']}.context`,
        ociArtifactExpiresAfter: params['image-expires-after'],
      },
    });
    const prefetched = run('prefetch-dependencies', prefetchDependencies, {
      runAfter: [prepared],
      params: {
        input: params['prefetch-input'],
        'enable-package-registry-proxy': params['enable-package-registry-proxy'],
        SOURCE_ARTIFACT: prepared.results.SOURCE_ARTIFACT,
        ociStorage: text`${params['output-image']}.prefetch`,
        ociArtifactExpiresAfter: params['image-expires-after'],
      },
      workspaces: { 'git-basic-auth': workspaces['git-auth'], netrc: workspaces.netrc },
    });
    const built = run('build-images', buildImages, {
      runAfter: [prefetched],
      matrix: { PLATFORM: platforms },
      params: {
        IMAGE: params['output-image'],
        DOCKERFILE: params.dockerfile,
        CONTEXT: params['path-context'],
        HERMETIC: params.hermetic,
        PREFETCH_INPUT: params['prefetch-input'],
        IMAGE_EXPIRES_AFTER: params['image-expires-after'],
        COMMIT_SHA: cloned.results.commit,
        BUILD_ARGS: [params['build-args']],
        BUILD_ARGS_FILE: params['build-args-file'],
        LABELS: [params.labels],
        PRIVILEGED_NESTED: params['privileged-nested'],
        WORKINGDIR_MOUNT: params['workingdir-mount'],
        SOURCE_URL: cloned.results.url,
        BUILDAH_FORMAT: params['buildah-format'],
        HTTP_PROXY: started.results['http-proxy'],
        NO_PROXY: started.results['no-proxy'],
        SOURCE_DATE_EPOCH: params['source-date-epoch'],
        REWRITE_TIMESTAMP: params['rewrite-timestamp'],
        OMIT_HISTORY: params['omit-history'],
        SOURCE_ARTIFACT: prefetched.results.SOURCE_ARTIFACT,
        CACHI2_ARTIFACT: prefetched.results.CACHI2_ARTIFACT,
        IMAGE_APPEND_PLATFORM: true,
      },
    });
    const index = run('build-image-index', buildImageIndex, {
      runAfter: [built],
      params: {
        IMAGE: params['output-image'],
        ALWAYS_BUILD_INDEX: params['build-image-index'],
        IMAGES: [built.results.IMAGE_REF],
        BUILDAH_FORMAT: params['buildah-format'],
      },
    });
    const { IMAGE_URL, IMAGE_DIGEST } = index.results;
    const image = { 'image-digest': IMAGE_DIGEST, 'image-url': IMAGE_URL };
    const isChecked = equals(params['skip-checks'], false);
    const { SOURCE_ARTIFACT, CACHI2_ARTIFACT } = prefetched.results;
    const checked = { runAfter: [index], when: [isChecked] };
    const sources = { ...image, TARGET_DIRS: params['sast-target-dirs'], SOURCE_ARTIFACT };

    run('build-source-image', sourceBuild, {
      runAfter: [index],
      when: [equals(params['build-source-image'], true)],
      params: {
        BINARY_IMAGE: IMAGE_URL,
        BINARY_IMAGE_DIGEST: IMAGE_DIGEST,
        SOURCE_ARTIFACT,
        CACHI2_ARTIFACT,
      },
    });
    run('deprecated-base-image-check', deprecatedImageCheck, {
      ...checked,
      params: { IMAGE_URL, IMAGE_DIGEST },
    });
    run('clair-scan', clairScan, {
      ...checked,
      matrix: { 'image-platform': platforms },
      params: image,
    });
    run('ecosystem-cert-preflight-checks', preflight, {
      ...checked,
      matrix: { platform: platforms },
      params: { 'image-url': IMAGE_URL },
    });
    run('sast-snyk-check', sastSnykCheck, { ...checked, params: sources });
    run('clamav-scan', clamavScan, {
      ...checked,
      matrix: { 'image-arch': platforms },
      params: image,
    });
    run('sast-shell-check', sastShellCheck, { ...checked, params: sources });
    run('sast-unicode-check', sastUnicodeCheck, { ...checked, params: sources });
    run('apply-tags', applyTags, { runAfter: [index], params: { IMAGE_URL, IMAGE_DIGEST } });
    run('push-dockerfile', pushDockerfile, {
      runAfter: [index],
      params: {
        IMAGE: IMAGE_URL,
        IMAGE_DIGEST,
        DOCKERFILE: params.dockerfile,
        CONTEXT: params['path-context'],
        SOURCE_ARTIFACT,
      },
    });
    run('rpms-signature-scan', rpmsSignatureScan, { ...checked, params: image });

    return {
      IMAGE_URL: { value: IMAGE_URL, description: 'Repository and tag of the index.' },
      IMAGE_DIGEST: { value: IMAGE_DIGEST, description: 'Digest of the index.' },
      'CHAINS-GIT_URL': { value: cloned.results.url, description: 'Repository of the source.' },
      'CHAINS-GIT_COMMIT': { value: cloned.results.commit, description: 'Commit of the source.' },
    };
  },
});
