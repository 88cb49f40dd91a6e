export { DownloadError, TooLargeError } from './errors.ts';
export { type Document, type GetOptions, get } from './get.ts';
export { createStall, type Stall } from './stall.ts';
