/** The parts of an image's name, as far as they tell where it comes from and what it is. */
export interface ImageParts {
  /** It begins with a registry. */
  readonly isQualified: boolean;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** Reads an image's name as container engines do: a first part with a dot or a port, or localhost, is a registry. */
export function imageParts(image: string): ImageParts {
  const [name = '', digest] = image.split('@');
  const parts = name.split('/');
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  const tag = last.includes(':') ? last.slice(last.indexOf(':') + 1) : undefined;
  return { isQualified: parts.length > 1 && (/[.:]/.test(first) || first === 'localhost'), tag, digest };
}
