export { printable, quoted } from './printable.ts';
