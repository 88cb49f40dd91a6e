export { type Connections, keepConnections } from './agents.ts';
export { askOnce } from './ask-once.ts';
export { type Checksum, type DownloadOptions, download } from './download.ts';
export { DownloadError, NotWrittenError, TooLargeError, WrongContentError } from './errors.ts';
export { type Document, type GetOptions, get } from './get.ts';
export { isNoTls, whyNoAnswer } from './no-answer.ts';
export { canSucceedLater } from './patience.ts';
export { isTransientStatus, pause, type RetryOptions, waitBefore } from './retry.ts';
export { createStall, type Stall } from './stall.ts';
