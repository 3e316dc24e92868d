import { expect, it } from "vitest";
import { askWorker } from "../support/worker.ts";

it("GET /healthz answers 200 when the database does", async () => {
  const response = await askWorker("/healthz");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ok" });
});
