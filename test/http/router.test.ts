import { DrizzleQueryError } from "drizzle-orm/errors";
import { describe, expect, it } from "vitest";
import { DatabaseUnavailable, SqlError } from "../../src/db/errors.ts";
import { corsFor } from "../../src/http/cors.ts";
import { PROBLEM_KINDS, Problem, type ProblemCode } from "../../src/http/problem.ts";
import { createRouter } from "../../src/http/router.ts";

const ORIGIN = "https://app.example";

function service(answer: () => Response | Promise<Response>) {
  const logged: Record<string, unknown>[] = [];
  const router = createRouter((entry) => logged.push(entry));
  router.mount("/shared", { GET: answer }, corsFor([ORIGIN]));
  router.mount("/thing", { GET: answer, POST: answer, DELETE: answer });
  return { logged, request: (path: string, init?: RequestInit) => router.request(path, init) };
}
const working = service(() => Response.json({ fine: true }));
const failing = (error: Error) =>
  service(() => {
    throw error;
  });

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
  const body = (await response.json()) as Record<string, unknown>;
  expect(body["status"]).toBe(response.status);
  expect(body["instance"]).toBe(response.headers.get("X-Request-Id"));
  expect(body["type"]).toBe(`/docs#problem-${body["code"]}`);
  return body;
}

describe("every answer", () => {
  it("has a request id of its own, no type sniffing and no caching unless the route allows it", async () => {
    const [one, two] = [await working.request("/thing"), await working.request("/thing")];
    expect(one.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(one.headers.get("X-Request-Id")).not.toBe(two.headers.get("X-Request-Id"));
    expect(one.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(one.headers.get("Cache-Control")).toBe("no-store");
    const cacheable = service(() => new Response("", { headers: { "Cache-Control": "max-age=60" } }));
    expect((await cacheable.request("/thing")).headers.get("Cache-Control")).toBe("max-age=60");
  });

  it("takes over the caller's request id only when it is harmless", async () => {
    const idFor = async (given: string) =>
      (await working.request("/nowhere", { headers: { "X-Request-Id": given } })).headers.get("X-Request-Id");
    for (const good of ["trace-01", "a".repeat(128), "01J_abc-XYZ"]) expect(await idFor(good)).toBe(good);
    for (const bad of ["short", "a".repeat(129), "has space", '{"json":1}', "ünïcödé-id"]) {
      expect(await idFor(bad)).not.toBe(bad);
    }
  });
});

describe("a path and a method", () => {
  it("that do not exist are answered 404 and 405, the latter naming the methods that do", async () => {
    expect(await problemOf(await working.request("/nowhere"))).toMatchObject({
      status: 404,
      code: "not_found",
    });
    expect((await working.request("/thing/")).status).toBe(404);
    for (const method of ["PUT", "PATCH", "OPTIONS", "PROPFIND", "toString"]) {
      const response = await working.request("/thing", { method });
      expect(response.headers.get("Allow")).toBe("GET, HEAD, POST, DELETE");
      expect(await problemOf(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
    }
  });

  it("HEAD answers as GET does, without the body", async () => {
    const response = await working.request("/thing", { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toContain("application/json");
    expect(await response.text()).toBe("");
    expect((await working.request("/nowhere", { method: "HEAD" })).status).toBe(404);
  });
});

describe("a problem", () => {
  it("of each kind answers with its status, title, detail and headers", async () => {
    for (const code of Object.keys(PROBLEM_KINDS) as ProblemCode[]) {
      const { request } = failing(new Problem(code, "What to do.", { headers: { "Retry-After": "7" } }));
      const response = await request("/thing");
      expect(response.headers.get("Retry-After")).toBe("7");
      expect(await problemOf(response)).toEqual({
        ...PROBLEM_KINDS[code],
        type: `/docs#problem-${code}`,
        detail: "What to do.",
        instance: response.headers.get("X-Request-Id"),
        code,
      });
    }
  });

  it("with the input lists what is wrong where", async () => {
    const errors = [{ parameter: "lat", code: "invalid", detail: "lat must be a number from -90 to 90" }];
    const { request, logged } = failing(new Problem("invalid_parameter", "lat is wrong", { errors }));
    expect(await problemOf(await request("/thing"))).toMatchObject({ status: 400, errors });
    expect(logged).toEqual([]);
  });
});

describe("an unforeseen error", () => {
  it("is answered 500 without a word of it, and logged under the request id", async () => {
    const { request, logged } = failing(new TypeError("secret detail at db.internal.example"));
    const response = await request("/thing");
    const body = await problemOf(response);
    expect(body).toMatchObject({ status: 500, code: "internal_error" });
    expect(JSON.stringify(body)).not.toMatch(/secret|example|TypeError/);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ request_id: body["instance"], error: "TypeError" });
  });

  it("beside the route is answered and logged in the same way", async () => {
    const { request, logged } = service(() => Response.redirect("https://shop.example/immutable"));
    const response = await request("/thing");
    expect(await problemOf(response)).toMatchObject({ status: 500, code: "internal_error" });
    expect(logged[0]).toMatchObject({ request_id: response.headers.get("X-Request-Id"), error: "TypeError" });
  });

  it("of SQL shows neither statement nor parameters, in the answer or in the log", async () => {
    const neonError = Object.assign(new Error('invalid input: "s3cret-value"'), {
      name: "NeonDbError",
      code: "22P02",
    });
    for (const cause of [neonError, new SqlError("22P02", undefined), new Error("s3cret-value is lost")]) {
      const error = new DrizzleQueryError("select s3cret_column from t", ["s3cret-value"], cause);
      const { request, logged } = failing(cause.message.includes("lost") ? cause : error);
      const body = await problemOf(await request("/thing"));
      expect(body["code"]).toBe("internal_error");
      expect(JSON.stringify(body)).not.toContain("s3cret");
      if (cause.message.includes("lost")) continue;
      expect(JSON.stringify(logged)).not.toContain("s3cret");
      expect(logged[0]).toMatchObject({ error: "SqlError", message: "SQLSTATE 22P02" });
    }
  });

  it("of a database that is away is a 503 that says when to come back, however deep it is wrapped", async () => {
    const away = new DatabaseUnavailable("timeout");
    const neonError = Object.assign(new Error("Error connecting"), {
      name: "NeonDbError",
      sourceError: away,
    });
    for (const error of [away, neonError, new DrizzleQueryError("select 1", [], neonError)]) {
      const { request, logged } = failing(error);
      const response = await request("/thing");
      expect(response.headers.get("Retry-After")).toBe("1");
      expect(await problemOf(response)).toMatchObject({ status: 503, code: "unavailable" });
      expect(logged[0]).toMatchObject({ error: "DatabaseUnavailable" });
    }
  });
});

describe("a page of another origin", () => {
  const preflight = (path: string, origin: string) =>
    working.request(path, {
      method: "OPTIONS",
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
      },
    });

  it("that is configured may ask, after a preflight", async () => {
    const response = await preflight("/shared", ORIGIN);
    expect(response.status).toBe(204);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(ORIGIN);
    expect(response.headers.get("Access-Control-Allow-Methods")).toBe("GET,HEAD");
    expect(response.headers.get("Access-Control-Allow-Headers")).toBe(
      "Authorization,X-SnapAct-API-Key,X-Request-Id,Cache-Control",
    );
    expect(response.headers.get("Access-Control-Max-Age")).toBe("600");
    expect(response.headers.get("Vary")).toContain("Origin");
    const answer = await working.request("/shared", { headers: { Origin: ORIGIN } });
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(ORIGIN);
    expect(answer.headers.get("Access-Control-Expose-Headers")).toBe(
      "X-Request-Id,RateLimit,RateLimit-Policy,Retry-After,Server-Timing",
    );
    expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    expect(answer.headers.get("Vary")).toContain("Origin");
  });

  it("may read problems too", async () => {
    for (const error of [new Problem("unauthorized", "Who?"), new TypeError("unforeseen")]) {
      const answer = await failing(error).request("/shared", { headers: { Origin: ORIGIN } });
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(ORIGIN);
      expect(answer.headers.get("Access-Control-Expose-Headers")).toContain("X-Request-Id");
      expect(answer.headers.get("Vary")).toContain("Origin");
      await problemOf(answer);
    }
    const wrongMethod = await working.request("/shared", { method: "POST", headers: { Origin: ORIGIN } });
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get("Access-Control-Allow-Origin")).toBe(ORIGIN);
  });

  it("that is not configured, or asks for another path, may not", async () => {
    for (const origin of [
      "https://evil.example",
      "https://app.example.evil.example",
      "http://app.example",
      "null",
    ]) {
      expect((await preflight("/shared", origin)).headers.get("Access-Control-Allow-Origin")).toBeNull();
      const answer = await working.request("/shared", { headers: { Origin: origin } });
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
      expect(answer.headers.get("Vary")).toContain("Origin");
    }
    expect((await preflight("/thing", ORIGIN)).headers.get("Access-Control-Allow-Origin")).toBeNull();
  });
});
