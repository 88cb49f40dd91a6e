export { ExpectedError, explain, redact } from './explain.ts';
