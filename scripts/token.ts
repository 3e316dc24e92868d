import { ROLES } from "../src/auth/principal.ts";
import { parseWireId } from "../src/ids.ts";
import { mintDevToken } from "./dev-secrets.ts";

const USAGE = `Prints a token that the service accepts in development.
Usage: npm run -s token -- operator|marketplace|buyer
       npm run -s token -- partner <partner_id>`;

const [roleText, partnerId, ...rest] = process.argv.slice(2);
const role = ROLES.find((known) => known === roleText);
const partnerIdIsRight =
  partnerId === undefined ? role !== "partner" : parseWireId("ptr", partnerId) !== undefined;

if (role === undefined || !partnerIdIsRight || rest.length > 0) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  console.log(await mintDevToken(role, partnerId));
}
