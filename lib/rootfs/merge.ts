import { type Directory, WHITEOUT } from './directory.ts';
import type { LayerTree } from './layer-tree.ts';

/**
 * Lays a layer over what is below it, as overlayfs does (overlayfs.rst): a directory joins one of the same name,
 * everything else replaces what it meets. The time depends on what the layer has, not on what is below.
 */
export function mergeLayer(lower: Directory, layer: LayerTree): void {
  const left: [below: Directory, above: Directory][] = [[lower, layer.root]];
  for (let pair = left.pop(); pair; pair = left.pop()) {
    const [below, above] = pair;
    below.inode = above.inode;
    // The root of an overlay is never opaque.
    if (above.isOpaque && below !== lower) below.children.clear();
    for (const [name, node] of above.children) {
      if (node === WHITEOUT) {
        below.children.delete(name);
        continue;
      }
      const met = below.children.get(name);
      if (typeof node === 'object') {
        if (typeof met === 'object') {
          left.push([met, node]);
          continue;
        }
        if (layer.hasWhiteouts) removeWhiteouts(node);
        node.parent = below;
      }
      below.children.set(name, node);
    }
  }
}

/** Removes whiteouts from a directory with nothing below it that they could hide. */
function removeWhiteouts(directory: Directory): void {
  const left = [directory];
  for (let at = left.pop(); at; at = left.pop()) {
    for (const [name, node] of at.children) {
      if (node === WHITEOUT) at.children.delete(name);
      else if (typeof node === 'object') left.push(node);
    }
  }
}
