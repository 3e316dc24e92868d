import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-http";
import { inject } from "vitest";
import "./context.ts";

neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;

/** Plain SQL on this run's database, by the real driver, in Node and in workerd. */
export const sql = neon(inject("localNeon").connectionString);

/** The same through drizzle. */
export const db = drizzle(sql);
