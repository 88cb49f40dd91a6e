/**
 * Takes the frames of an attached container apart: a byte for the stream, three of nothing, four for the
 * length, then what was written. Frames come in pieces of any size.
 */
export function demultiplex(
  output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void,
): (chunk: Buffer) => void {
  let header = Buffer.alloc(0);
  let left = 0;
  let stream: 'stdout' | 'stderr' = 'stdout';
  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (left === 0) {
        const missing = 8 - header.length;
        header = Buffer.concat([header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (header.length < 8) return;
        stream = header[0] === 2 ? 'stderr' : 'stdout';
        left = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const part = rest.subarray(0, left);
      output(part, stream);
      left -= part.length;
      rest = rest.subarray(part.length);
    }
  };
}
