/** The painted porch: every room and every person has one of six fresco pigments, for good. */

const PIGMENTS = 6;

/** A number in 0..5 that depends on the id alone (FNV-1a). */
export function pigment(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % PIGMENTS;
}
