/** The ending of a file name as `Path::extension` has it: none where the only dot comes first. */
export function extensionOf(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  return dot <= 0 || name === '..' ? undefined : name.slice(dot + 1);
}

/** Whether `u32::from_str` takes it. */
export function isU32(text: string): boolean {
  return /^\+?\d+$/.test(text) && Number(text) <= 0xffff_ffff;
}
