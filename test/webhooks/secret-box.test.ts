import { describeSecrets } from "./secret-claims.ts";

describeSecrets();
