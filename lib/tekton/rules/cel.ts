import type { CelCheck } from './rule-options.ts';

/**
 * Compiles CEL as Tekton's webhook does, with no variables known, for the option `cel` of `validate`. Loads the
 * compiler when it is called, so that only who needs it pays for it.
 */
export async function loadCelCheck(): Promise<CelCheck> {
  const { Environment } = await import('@marcbachmann/cel-js');
  const environment = new Environment();
  return (expression) => {
    const { valid, error } = environment.check(expression);
    return valid ? undefined : (error?.message.split('\n')[0] ?? 'it does not compile');
  };
}
