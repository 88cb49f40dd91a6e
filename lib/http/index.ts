export { DownloadError, TooLargeError } from './errors.ts';
export { type Document, type GetOptions, get } from './get.ts';
export { isTransientStatus, pause, type RetryOptions, waitBefore } from './retry.ts';
export { createStall, type Stall } from './stall.ts';
