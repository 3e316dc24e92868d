declare module "vitest" {
  /** What the global set-up tells every test, in Node and in workerd. */
  interface ProvidedContext {
    /** The one local Neon of this run: an empty, migrated database that all suites share. */
    localNeon: { url: string; connectionString: string };
    /** The real Postgres behind it; null when it is PGlite, which serves one connection at a time. */
    databaseUrl: string | null;
    /** The environment of the Worker under test. */
    workerVariables: Record<string, string>;
    /** Where the built Worker answers, without a slash at the end; only for the suites in test/service. */
    serviceAddress: string;
  }
}

export {};
