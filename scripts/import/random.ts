import { hash } from "node:crypto";

/** A stream of random numbers that is the same for the same seed on every machine. */
export type Random = {
  /** A number from 0 (inclusive) to 1 (exclusive). */
  readonly fraction: () => number;
  /** An integer from `min` to `max`, both inclusive. */
  readonly integer: (min: number, max: number) => number;
  readonly pick: <T>(choices: readonly [T, ...T[]]) => T;
  /** The same members in a random order. */
  readonly shuffle: <T>(members: readonly T[]) => T[];
};

/** Random numbers from a text (sfc32 by Chris Doty-Humphrey, seeded with SHA-256). */
export function seededRandom(seed: string): Random {
  const digest = sha256(seed);
  let a = int32At(digest, 0);
  let b = int32At(digest, 8);
  let c = int32At(digest, 16);
  let counter = int32At(digest, 24);

  const fraction = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number): number => min + Math.floor(fraction() * (max - min + 1));
  const pick = <T>(choices: readonly [T, ...T[]]): T => {
    const chosen = choices[integer(0, choices.length - 1)];
    return chosen === undefined ? choices[0] : chosen;
  };
  const shuffle = <T>(members: readonly T[]): T[] =>
    members
      .map((member) => ({ member, order: fraction() }))
      .sort((x, y) => x.order - y.order)
      .map(({ member }) => member);
  return { fraction, integer, pick, shuffle };
}

/** A UUIDv7 whose random bits come from a text: the same text and time, the same id. */
export function seededUuid(seed: string, timeMs: number): string {
  const time = timeMs.toString(16).padStart(12, "0");
  const bits = sha256(seed);
  const variant = (8 + (Number.parseInt(bits.slice(3, 4), 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${bits.slice(0, 3)}-${variant}${bits.slice(4, 7)}-${bits.slice(7, 19)}`;
}

/** The time in a UUIDv7, epoch milliseconds. */
export function timeOfUuid(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** 32 bytes from a text, such as stand for the SHA-256 of a photo that nobody took. */
export function seededBytes(seed: string): Uint8Array {
  return Buffer.from(sha256(`bytes/${seed}`), "hex");
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

function int32At(hexDigits: string, index: number): number {
  return Number.parseInt(hexDigits.slice(index, index + 8), 16) | 0;
}
