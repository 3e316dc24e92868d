import { invalidParameters, type Problem } from "../http/problem.ts";

const MAX_LENGTH = 128;
const MUST_BE = `1 to ${MAX_LENGTH} characters, percent-encoded as UTF-8, without NUL`;

/**
 * The `location_ref` that ends the path of `request`. Read from the path as it was sent: the router's own parameter
 * passes on what cannot be decoded.
 * @throws {Problem} 400 when it cannot be one.
 */
export function readLocationRef(request: Request): string {
  const { pathname } = new URL(request.url);
  const ref = decoded(pathname.slice(pathname.lastIndexOf("/") + 1));
  if (ref === undefined) throw refusal("encoding", `location_ref is not well encoded; it must be ${MUST_BE}`);
  // A code point takes one or two UTF-16 units.
  const fits = ref.length <= 2 * MAX_LENGTH && [...ref].length <= MAX_LENGTH;
  if (ref === "" || !fits || ref.includes("\0")) {
    throw refusal("invalid", `location_ref must be ${MUST_BE}`);
  }
  return ref;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function refusal(code: string, detail: string): Problem {
  return invalidParameters([{ parameter: "location_ref", code, detail }]);
}
