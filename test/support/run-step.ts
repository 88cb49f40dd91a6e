// Runs a step from its source, as the bundle in the step image does: `run-step.ts <file> <arguments…>`.
import { resolve } from 'node:path';
import { runStep, type StepModule } from '#lib/step';

const [file = '', ...args] = process.argv.slice(2);
const { default: step } = (await import(resolve(file))) as { readonly default: StepModule };
await runStep(step, args);
