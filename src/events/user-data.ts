import * as z from "zod";
import type { BodyError } from "../http/json-text.ts";
import { optional } from "../http/sent-members.ts";
import { guided } from "../http/wire-schema.ts";

/** What may be said of a person, each as a hash alone: we hold nobody's data in plain. Other names are welcome too. */
const SUGGESTED = {
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

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const MAX_MEMBERS = 20;

const HASH_IT = "hash it before you send it; anything else is refused and not kept";
const MUST_BE_A_HASH = `its SHA-256 as 64 hexadecimal digits: ${HASH_IT}`;
const MUST_BE_HASHES = `an object of at most ${MAX_MEMBERS} members, named by you with 1 to 64 of a-z, 0-9 and _ and a letter first (such as email_sha256 or em), each the SHA-256 of what it names as 64 hexadecimal digits: ${HASH_IT}`;

const hash = (of: string) =>
  guided(
    z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/)
      .toLowerCase()
      .describe(`SHA-256 of ${of}. Hexadecimal; kept in lower case.`),
    MUST_BE_A_HASH,
  );

const HashesSchema = z
  .object(Object.fromEntries(Object.entries(SUGGESTED).map(([name, of]) => [name, optional(hash(of))])))
  .catchall(hash("what the name says").nullable())
  .meta({
    maxProperties: MAX_MEMBERS,
    propertyNames: { pattern: NAME.source },
    description: `Of the person whose event it is: hashes alone, of values normalised as each says. At most ${MAX_MEMBERS}, named as you like (\`${NAME.source}\`), by the names of your ads platform for example; those listed are suggestions. Names are kept and passed on as they are: nothing personal in them.`,
  });

// First of all, so that a crowd of members costs no more than being counted.
const named = z.custom<z.input<typeof HashesSchema>>((value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return names.length <= MAX_MEMBERS && names.every((name) => NAME.test(name));
});

export const UserDataSchema = named.pipe(guided(HashesSchema, MUST_BE_HASHES));

const MEMBER = "/user_data";

/**
 * The errors of the event at `pointer`, without the names that were found in its user data: what should have been hashed
 * may stand there too, also where a name may be. Suggested names alone are shown.
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
  if (!Object.hasOwn(SUGGESTED, name)) {
    return { pointer: inside.slice(0, -1), code: "invalid", detail: `user_data must be ${MUST_BE_HASHES}` };
  }
  return deeper.length === 0 ? error : { ...error, pointer: inside + name };
}
