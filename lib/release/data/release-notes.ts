import * as z from 'zod';
import { closed, flag, object, text, texts, whole } from './shapes.ts';

const image = {
  containerImage: text,
  repository: text,
  tags: texts,
  component: text,
  architecture: text,
  signingKey: text,
  purl: text,
};
const artifact = {
  component: text,
  architecture: text,
  os: text,
  purl: text,
  sbom: text,
  attestation: text,
};

/** `releaseNotes` of release data. */
export const releaseNotes = object({
  product_id: z.array(whole).min(1),
  product_name: text,
  product_version: text,
  product_stream: text,
  cpe: text,
  type: z.enum(['RHEA', 'RHBA', 'RHSA']),
  synopsis: text,
  topic: text,
  description: text,
  solution: text,
  references: texts,
  cves: z.array(object({ key: text.regex(/^CVE-[0-9]{4}-[0-9]{4,}$/), component: text, packages: texts })),
  issues: closed({ fixed: z.array(object({ id: text, source: text })) }),
  content: object({ images: z.array(object(image)), artifacts: z.array(object(artifact)) }),
  live_id: whole,
  allow_custom_live_id: flag,
  skip_customer_notifications: flag,
});
