import { describe, expect, it } from "vitest";
import { eventsOpenApi } from "../../src/events/openapi.ts";
import { readEventsRequest } from "../../src/events/read-events.ts";

describe("what the documentation shows of commerce events", () => {
  it("are requests that are right", async () => {
    const operation = eventsOpenApi.paths["/connect/v1/events"]?.["post"];
    const { example } = operation!.requestBody!.content["application/json"]!;
    const request = new Request("https://service.example/connect/v1/events", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
    });
    const bytes = new TextEncoder().encode(JSON.stringify(example));
    const nowMs = Date.parse("2026-11-21T12:00:00Z");
    const { events, rejected } = await readEventsRequest(request, bytes, "partner:1", nowMs);
    expect([events.length, rejected]).toEqual([2, []]);
  });
});
