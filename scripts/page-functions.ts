import { createPageFunction, pageFunctions } from "../src/inventory/page-functions.ts";

/** Prints the migration for the statements of nearby as they are now: see docs/guides/development.md. */
console.log(pageFunctions().map(createPageFunction).join("\n--> statement-breakpoint\n"));
