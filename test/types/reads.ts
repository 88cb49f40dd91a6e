import type { Digest as ContentDigest } from '#lib/oci';
import type { FileRead } from '#lib/rootfs';
import type { InstalledPackages } from '#lib/rpm';
import type { Digest } from '#lib/tekton';
import type { Seen } from '../../lib/sanity/look.ts';

// What could not be read is not empty: a read of a file has to be told apart before anything is taken from it.
declare const read: FileRead;
declare const seen: Seen;
declare const installed: InstalledPackages;
// @ts-expect-error what is absent or could not be read has no bytes
void (read.bytes ?? '');
// @ts-expect-error nor text
void (read.text ?? '');
// @ts-expect-error nor is it a list
void [...(read ?? [])];
// @ts-expect-error nor a string
void (read satisfies string);
// @ts-expect-error that it is there does not make it content
if (read.kind !== 'absent') void read.bytes;
// @ts-expect-error what a check sees may be absent
void (seen.bytes ?? Buffer.alloc(0));
// @ts-expect-error a database that could not be read has no packages
void (installed.rpms ?? []);
if (read.kind === 'content') void read.bytes;

// What a step knows for a digest is one for lib/oci, too; the other way it may be of sha512.
declare const known: Digest;
known satisfies ContentDigest;
declare const ofContent: ContentDigest;
// @ts-expect-error a result holds sha256 alone
ofContent satisfies Digest;
