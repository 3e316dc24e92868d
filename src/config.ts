/** How people's tokens are verified: public keys fetched from `jwksUrl`, or (in development) a shared secret. */
export type TokenConfig = { readonly issuer: string; readonly audience: string } & (
  | { readonly kind: "jwks"; readonly jwksUrl: string }
  | { readonly kind: "secret"; readonly secret: string }
);

export type Environment = "development" | "production";

/** Everything the Worker is told from outside, checked once at start-up. */
export type Config = {
  readonly environment: Environment;
  readonly databaseUrl: string;
  /** Where the Neon driver sends its HTTP instead of to Neon; development only. */
  readonly neonSqlEndpoint: string | undefined;
  readonly tokens: TokenConfig;
  /** Exact origins whose pages may call `/inventory/nearby`. */
  readonly corsOrigins: readonly string[];
  readonly rateLimits: "on" | "off";
  /** Whether each request leaves a line in the log. */
  readonly requestLog: "on" | "off";
  readonly tiles: TileConfig;
  /** AES-256 key, base64, under which secrets that must be read again are kept. */
  readonly encryptionKey: string;
  /** Domains that are ours: no webhook may name one of them, nor what lies below it. */
  readonly ownZones: readonly string[];
};

/** Of what isolates hold to answer nearby questions without the database. */
export type TileConfig = {
  /** How far an answer may be behind the database, in seconds; 0: every question asks it. */
  readonly maxAgeS: number;
  /** How much memory they may take in one isolate, in bytes. */
  readonly maxBytes: number;
};

/** The environment is unfit to start with. The message names every bad variable and shows no value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** Issuer and audience of development tokens, unless JWT_ISSUER and JWT_AUDIENCE say otherwise. */
export const DEVELOPMENT_ISSUER = "snapact-development";
export const DEVELOPMENT_AUDIENCE = "snapact-development";

/** Known to everybody: for development alone. */
const DEVELOPMENT_ENCRYPTION_KEY = "c25hcGFjdC1kZXZlbG9wbWVudC1lbmNyeXB0aW9uLWs=";
/** 32 bytes, in base64. */
const ENCRYPTION_KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;
const DEFAULT_OWN_ZONES = "snapact.io";
const ZONE = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

const DEFAULT_TILE_MAX_AGE_S = 5;
const LONGEST_TILE_MAX_AGE_S = 3600;
/** Of an isolate's 128 MB, 32 are H3's. */
const DEFAULT_TILE_MAX_BYTES = 40_000_000;
const LARGEST_TILE_MAX_BYTES = 64_000_000;

const DEVELOPMENT_ONLY = ["NEON_SQL_ENDPOINT", "DEV_JWT_SECRET"];
/** HS256 keys shorter than the hash are weaker than it (RFC 7518, section 3.2). */
const MIN_SECRET_LENGTH = 32;

/**
 * The configuration that the environment's variables describe; an empty variable counts as absent, and one
 * that is not ours is ignored.
 * @throws {ConfigError} listing everything that is wrong, not only the first thing.
 */
export function parseConfig(env: Readonly<Record<string, unknown>>): Config {
  const problems: string[] = [];
  const read = (name: string): string | undefined => {
    const value = env[name];
    if (value === undefined || value === "") return undefined;
    if (typeof value === "string") return value;
    problems.push(`${name} must be a string`);
    return undefined;
  };
  const choice = <T extends string>(name: string, choices: readonly T[], fallback?: T): T | undefined => {
    const value = read(name) ?? fallback;
    const found = choices.find((known) => known === value);
    if (found === undefined) problems.push(`${name} must be one of: ${choices.join(", ")}`);
    return found;
  };

  const environment = choice("ENVIRONMENT", ["development", "production"]);
  const production = environment === "production";

  if (production) {
    for (const name of DEVELOPMENT_ONLY) {
      if (read(name) !== undefined) problems.push(`${name} is for development only: remove it in production`);
    }
  }

  const databaseUrl = read("DATABASE_URL") ?? "";
  if (!isPostgresUrl(databaseUrl)) {
    problems.push("DATABASE_URL must be set, in the form postgresql://user:password@host/database");
  }

  const neonSqlEndpoint = read("NEON_SQL_ENDPOINT");
  if (neonSqlEndpoint !== undefined && !isUrl(neonSqlEndpoint, ["http:", "https:"])) {
    problems.push("NEON_SQL_ENDPOINT must be an http or https URL");
  }

  const list = (name: string, fallback = ""): readonly string[] =>
    (read(name) ?? fallback)
      .split(",")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== "");

  const corsOrigins = list("CORS_ORIGINS");
  if (!corsOrigins.every(isOrigin)) {
    problems.push(
      "CORS_ORIGINS must list exact origins, such as https://app.example, separated by commas: no path, no *",
    );
  }

  const rateLimits = choice("RATE_LIMITS", ["on", "off"], "on");
  const requestLog = choice("REQUEST_LOG", ["on", "off"], "on");
  if (production && rateLimits === "off") problems.push("RATE_LIMITS must not be off in production");
  if (production && requestLog === "off") problems.push("REQUEST_LOG must not be off in production");

  const number = (name: string, fallback: number, max: number): number => {
    const text = read(name) ?? String(fallback);
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= max)) problems.push(`${name} must be a number from 0 to ${max}`);
    return value;
  };
  const tiles = {
    maxAgeS: number("TILE_MAX_AGE_S", DEFAULT_TILE_MAX_AGE_S, LONGEST_TILE_MAX_AGE_S),
    maxBytes: number("TILE_MAX_BYTES", DEFAULT_TILE_MAX_BYTES, LARGEST_TILE_MAX_BYTES),
  };

  const encryptionKey = read("ENCRYPTION_KEY") ?? (production ? "" : DEVELOPMENT_ENCRYPTION_KEY);
  if (!ENCRYPTION_KEY.test(encryptionKey)) {
    problems.push("ENCRYPTION_KEY must be set to 32 random bytes in base64 (openssl rand -base64 32)");
  }
  if (production && encryptionKey === DEVELOPMENT_ENCRYPTION_KEY) {
    problems.push("ENCRYPTION_KEY must not be the one of development in production");
  }
  const ownZones = list("OWN_ZONES", DEFAULT_OWN_ZONES);
  if (!ownZones.every((zone) => ZONE.test(zone))) {
    problems.push("OWN_ZONES must list domain names in lower case, such as snapact.io, separated by commas");
  }

  const tokens = parseTokens(read, production, problems);

  if (
    environment === undefined ||
    rateLimits === undefined ||
    requestLog === undefined ||
    problems.length > 0
  ) {
    throw new ConfigError(problems);
  }
  return {
    environment,
    databaseUrl,
    neonSqlEndpoint,
    tokens,
    corsOrigins,
    rateLimits,
    requestLog,
    tiles,
    encryptionKey,
    ownZones,
  };
}

function parseTokens(
  read: (name: string) => string | undefined,
  production: boolean,
  problems: string[],
): TokenConfig {
  const jwksUrl = read("JWKS_URL");
  const secret = read("DEV_JWT_SECRET");
  const issuer = read("JWT_ISSUER") ?? (production ? undefined : DEVELOPMENT_ISSUER);
  const audience = read("JWT_AUDIENCE") ?? (production ? undefined : DEVELOPMENT_AUDIENCE);

  if (issuer === undefined) problems.push("JWT_ISSUER must be set in production");
  if (audience === undefined) problems.push("JWT_AUDIENCE must be set in production");
  if (production && jwksUrl === undefined) problems.push("JWKS_URL must be set in production");
  if (jwksUrl !== undefined && !isUrl(jwksUrl, production ? ["https:"] : ["http:", "https:"])) {
    problems.push(`JWKS_URL must be an ${production ? "https" : "http or https"} URL`);
  }
  if (!production && (jwksUrl === undefined) === (secret === undefined)) {
    problems.push("either DEV_JWT_SECRET or JWKS_URL must be set, and not both");
  }
  if (secret !== undefined && secret.length < MIN_SECRET_LENGTH) {
    problems.push(`DEV_JWT_SECRET must have at least ${MIN_SECRET_LENGTH} characters`);
  }

  const names = { issuer: issuer ?? "", audience: audience ?? "" };
  return jwksUrl === undefined
    ? { ...names, kind: "secret", secret: secret ?? "" }
    : { ...names, kind: "jwks", jwksUrl };
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

function isPostgresUrl(text: string): boolean {
  if (!isUrl(text, ["postgres:", "postgresql:"])) return false;
  // Only the special schemes have their host and path checked by the URL parser.
  const asHttp = text.replace(/^postgres(ql)?:/, "http:");
  if (!URL.canParse(asHttp)) return false;
  const { username, hostname, pathname } = new URL(asHttp);
  return username !== "" && hostname !== "" && pathname.length > 1;
}

function isOrigin(text: string): boolean {
  return isUrl(text, ["http:", "https:"]) && new URL(text).origin === text;
}
