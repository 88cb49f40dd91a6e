import { defineCatalog } from 'bootc-catalog/catalog';

/** Every folder of tasks/ and stepactions/, and every file of pipelines/: nothing has to be listed here. */
export const catalog = await defineCatalog({
  root: new URL('.', import.meta.url),
  /** Where the Containerfile puts the steps. */
  stepDirectory: '/usr/libexec/hello-catalog',
  /** Where `bootc-catalog publish` puts all this, unless told otherwise. */
  publication: {
    prefix: 'registry.example.com/hello-catalog',
    folder: 'tekton',
    floatingTags: ['{major}.{minor}', 'latest'],
    platforms: ['linux/amd64'],
    source: 'https://git.example.com/hello-catalog',
  },
});
