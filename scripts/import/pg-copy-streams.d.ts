declare module "pg-copy-streams" {
  import type { Writable } from "node:stream";
  import type { Submittable } from "pg";

  /** The sink of a `COPY … FROM STDIN`; finished once the server has taken everything. */
  export function from(sql: string): Writable & Submittable;
}
