import { describe, expect, it } from "vitest";
import { type RequestDataset, writeRequestPoint } from "../../src/stats/request-points.ts";

type Point = Parameters<RequestDataset["writeDataPoint"]>[0];

describe("a request's data point", () => {
  const points: Point[] = [];
  const dataset: RequestDataset = { writeDataPoint: (point) => points.push(point) };

  it("has its route as index, and everything in the place that the docstring says", () => {
    writeRequestPoint(dataset, {
      route: "/inventory/nearby",
      method: "GET",
      status: 200,
      ms: 12,
      path: "hot",
    });
    writeRequestPoint(dataset, { route: "(none)", method: "POST", status: 404, ms: 0, code: "not_found" });
    expect(points).toEqual([
      {
        indexes: ["/inventory/nearby"],
        blobs: ["/inventory/nearby", "GET", "200", "hot", ""],
        doubles: [12],
      },
      { indexes: ["(none)"], blobs: ["(none)", "POST", "404", "", "not_found"], doubles: [0] },
    ]);
  });
});
