/** The way from the top of a document to one of its values: names of members and indexes. */
export type JsonPath = readonly PropertyKey[];

/** The JSON Pointer (RFC 6901) of `path`: empty for the document itself. Always well-formed Unicode. */
export function jsonPointer(path: JsonPath): string {
  return path
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("")
    .toWellFormed();
}
