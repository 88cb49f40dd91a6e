// A module of its own for lib/step to import late: a late import of all of lib/process would keep all of it in each bundle.
export { run } from '#lib/process';
