export { InvalidRpmLockError } from './errors.ts';
export { formatRpmLock } from './format-rpm-lock.ts';
export { parseRpmLock } from './parse-rpm-lock.ts';
export { fileNameOf, type LockedArchitecture, type LockedFile, RPM_LOCK, type RpmLock } from './rpm-lock.ts';
