/** A first password to hand over: three readable groups from the web view's own randomness. */

const LETTERS = "abcdefghjkmnpqrstuvwxyz";
const CAPITALS = "ABCDEFGHJKMNPQRSTUVWXYZ";
const DIGITS = "23456789";

/** Letters that are easily mistaken for others are left out; every rule of the institution is met. */
export function firstPassword(random: (n: number) => number = secure): string {
  const pick = (from: string) => from.charAt(random(from.length));
  const group = () => [0, 1, 2, 3].map(() => pick(LETTERS)).join("");
  return `${pick(CAPITALS)}${group()}-${group()}-${[0, 1, 2].map(() => pick(DIGITS)).join("")}`;
}

/** An even number below `n`, without the bias of a plain remainder. */
function secure(n: number): number {
  const limit = Math.floor(256 / n) * n;
  const byte = new Uint8Array(1);
  do {
    crypto.getRandomValues(byte);
  } while ((byte[0] ?? 0) >= limit);
  return (byte[0] ?? 0) % n;
}
