import { describe, expect, it } from "vitest";
import { FAILED_AUTHENTICATION, isRead, POLICIES, policyFor } from "../../src/limits/policies.ts";

describe("the policy table", () => {
  it("is that of the contract", () => {
    const limits = POLICIES.map(({ name, per, limit, windowS }) => [name, per, limit, windowS]);
    expect(limits).toEqual([
      ["nearby", "caller", 300, 300],
      ["metrics", "caller", 180, 300],
      ["catalog", "caller", 300, 300],
      ["events", "caller", 300, 300],
      ["orders", "caller", 300, 300],
      ["dashboard-reads", "caller", 60, 300],
      ["dashboard-writes", "caller", 40, 300],
      ["admin", "caller", 300, 300],
      ["applications", "address", 10, 300],
      ["service", "address", 3000, 300],
      ["failed-authentication", "address", 30, 300],
    ]);
  });

  it("counts reads and writes apart where it says so, and together elsewhere", () => {
    expect(policyFor("dashboard", "reads").name).toBe("dashboard-reads");
    expect(policyFor("dashboard", "writes").name).toBe("dashboard-writes");
    expect(policyFor("catalog", "reads")).toBe(policyFor("catalog", "writes"));
    expect(FAILED_AUTHENTICATION.limit).toBe(30);
  });

  it("knows which methods read", () => {
    const methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
    expect(methods.filter(isRead)).toEqual(["GET", "HEAD", "OPTIONS"]);
  });
});
