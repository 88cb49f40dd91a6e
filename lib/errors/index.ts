export { type ErrorKind, ExpectedError } from './expected-error.ts';
export { explain, redact } from './explain.ts';
