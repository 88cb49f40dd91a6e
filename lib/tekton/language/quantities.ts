const pattern = /^(?<number>[+-]?(?:\d+\.?\d*|\.\d+))(?<suffix>|[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)$/;

const powers: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Why a quantity such as `100m` or `1Gi` is none (k8s.io/apimachinery/pkg/api/resource, ParseQuantity). */
export function quantityProblem(value: unknown): string | undefined {
  if (typeof value === 'number') return undefined;
  if (typeof value !== 'string' || pattern.test(value)) return undefined;
  return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
}

/** The number that a quantity stands for; undefined for none. */
export function quantityNumber(value: number | string): number | undefined {
  if (typeof value === 'number') return value;
  const { number = '', suffix = '' } = pattern.exec(value)?.groups ?? {};
  if (number === '') return undefined;
  const power = powers[suffix];
  return power === undefined ? Number(`${number}${suffix}`) : Number(number) * power;
}
