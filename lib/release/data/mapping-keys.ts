import * as z from 'zod';
import { ownKeys } from './own-keys.ts';
import { flag, object, text, texts } from './shapes.ts';

const product = { productName: text, productCode: text, productVersionName: text };
const gateway = { ...product, filePrefix: text, mirrorOpenshiftPush: flag };

const component = object({
  name: text,
  canonicalName: text,
  repositories: z.array(object({ url: text, tags: texts })),
  tags: texts,
  componentTags: texts,
  staged: object({
    destination: text,
    version: text,
    files: z.array(object({ filename: text, source: text })),
  }),
  files: z.array(object({ source: text, arch: text, os: text })),
  contentGateway: object({
    ...gateway,
    contentType: z.enum(['disk-image', 'binary', 'generic']),
    sign: flag,
  }),
  productInfo: object(product),
  starmap: z.array(
    object({
      name: text,
      workflow: text,
      cloud: text,
      mappings: object({}),
      'billing-code-config': object({}),
    }),
  ),
  pushSourceContainer: flag,
  public: flag,
}).extend(ownKeys.component);

const repository = { name: text, arch: text, repository_id: text, repository_name: text, distro: text };

/** `mapping` of release data. */
export const mapping = object({
  'rpm-repositories': z.array(object(repository)),
  components: z.array(component),
  defaults: object({
    tags: texts,
    pushSourceContainer: flag,
    public: flag,
    contentGateway: object(gateway),
  }).extend(ownKeys.defaults),
  registrySecret: text,
  cloudMarketplacesSecret: text,
  cloudMarketplacesPrePush: flag,
}).extend(ownKeys.mapping);
