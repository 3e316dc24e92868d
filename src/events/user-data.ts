import * as z from "zod";
import type { BodyError } from "../http/json-text.ts";
import { optional } from "../http/sent-members.ts";
import { guided } from "../http/wire-schema.ts";

/** What may be said of a person, each as a hash alone: we hold nobody's data in plain. */
const HASHED = {
  email_sha256: "the e-mail address, lower case, without spaces around it",
  phone_sha256: "the phone number, digits alone, with its country code",
  external_id_sha256: "your own id of the person",
  first_name_sha256: "the first name, lower case",
  last_name_sha256: "the last name, lower case",
  date_of_birth_sha256: "the date of birth, as YYYYMMDD",
  gender_sha256: "`f` or `m`",
  city_sha256: "the city, lower case, without spaces",
  state_sha256: "the state, lower case, without spaces",
  postal_code_sha256: "the postal code, lower case, without spaces",
  country_sha256: "the country's two letters (ISO 3166-1), lower case",
};

const MUST_BE_A_HASH =
  "its SHA-256 as 64 lower-case hexadecimal digits: hash it before you send it; anything else is refused and not kept";

const hash = (of: string) =>
  optional(
    guided(
      z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe(`SHA-256 of ${of}. Lower-case hexadecimal.`),
      MUST_BE_A_HASH,
    ),
  );

const NAMES = Object.keys(HASHED);
const MUST_BE_HASHES = `an object with ${NAMES.join(", ")}, each the SHA-256 of what it names; hash it before you send it`;

export const UserDataSchema = guided(
  z
    .strictObject(Object.fromEntries(Object.entries(HASHED).map(([name, of]) => [name, hash(of)])))
    .describe("Of the person whose event it is: hashes alone, of values normalised as each says."),
  MUST_BE_HASHES,
);

const MEMBER = "/user_data";

/**
 * The errors of the event at `pointer`, without the names that were found in its user data: what should have been hashed
 * may stand there too.
 */
export function withoutForeignNames(errors: readonly BodyError[], pointer: string): readonly BodyError[] {
  const inside = `${pointer}${MEMBER}/`;
  const byPointer = new Map<string, BodyError>();
  for (const error of errors) {
    const shown = error.pointer.startsWith(inside) ? inUserData(error, inside) : error;
    if (!byPointer.has(shown.pointer)) byPointer.set(shown.pointer, shown);
  }
  return [...byPointer.values()];
}

function inUserData(error: BodyError, inside: string): BodyError {
  const [name = "", ...deeper] = error.pointer.slice(inside.length).split("/");
  if (!NAMES.includes(name)) {
    const detail = `user_data has a member that is not known; it must be ${MUST_BE_HASHES}`;
    return { pointer: inside.slice(0, -1), code: "unknown", detail };
  }
  return deeper.length === 0 ? error : { ...error, pointer: inside + name };
}
