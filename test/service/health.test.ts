import { expect, it } from "vitest";
import { askService } from "../support/service.ts";

it("GET /healthz answers 200 when the database does", async () => {
  const response = await askService("/healthz");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ok" });
});
