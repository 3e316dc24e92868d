import { TypeID } from "typeid-js";

/** What an id names; the wire shows it before the underscore. */
export type IdPrefix = "ptr" | "loc" | "itm" | "prf" | "key" | "whk" | "evt" | "dlv" | "ord";

/** The wire form of a stored UUID: a TypeID, `<prefix>_<26 characters>`, which sorts as the UUID does. */
export function wireId(prefix: IdPrefix, uuid: string): string {
  return TypeID.fromUUID(prefix, uuid).toString();
}

/** The UUID behind a wire id, or undefined when `text` is not an id with this prefix. */
export function parseWireId(prefix: IdPrefix, text: string): string | undefined {
  try {
    return TypeID.fromString(text, prefix).toUUID();
  } catch {
    return undefined;
  }
}
