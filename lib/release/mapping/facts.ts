/** What tags may say of one platform of an image. */
export interface PlatformFacts {
  /** `linux/arm64`. */
  readonly platform: string;
  readonly labels: Readonly<Record<string, string>>;
  /** RFC 3339, as the configuration has it. */
  readonly created: string | undefined;
  /** `NAME=value` */
  readonly environment: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** What tags may say of an image: of each of its platforms; an artifact that is no image has none. */
export type ImageFacts = readonly PlatformFacts[];

interface Named {
  readonly name: string;
  readonly value: string;
}

/** What upstream's mapped snapshot says of an image under `metadata`. */
export interface ImageMetadata {
  readonly labels: readonly Named[];
  readonly env_variables: readonly string[];
  readonly annotations: readonly Named[];
}

/** What all platforms of an image say alike; undefined where they say nothing. */
export function metadataOf(facts: ImageFacts): ImageMetadata | undefined {
  const [first, ...rest] = facts;
  if (first === undefined) return undefined;
  const alike = (kind: 'labels' | 'annotations') =>
    Object.entries(first[kind])
      .filter(([name, value]) => rest.every((one) => one[kind][name] === value))
      .map(([name, value]) => ({ name, value }));
  const environment = first.environment.filter((one) =>
    rest.every((other) => other.environment.includes(one)),
  );
  const metadata = {
    labels: alike('labels'),
    env_variables: environment,
    annotations: alike('annotations'),
  };
  const isEmpty = Object.values(metadata).every((list) => list.length === 0);
  return isEmpty ? undefined : metadata;
}
