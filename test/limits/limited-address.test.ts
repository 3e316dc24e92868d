import { describe, expect, it } from "vitest";
import { limitedAddress } from "../../src/limits/limited-address.ts";

describe("what stands for an address", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
    ["2001:db8::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::ffff:cb00:7107", "203.0.113.7"],
    ["::203.0.113.7", "0:0:0:0::/64"],
    ["fe80::1", "fe80:0:0:0::/64"],
  ])("%s is limited as %s", (address, expected) => {
    expect(limitedAddress(address)).toBe(expected);
  });

  it.each([undefined, "", "localhost", "1:2", "2001:db8::1]/x[", "2001:db8::%25eth0"])(
    "%s is no address",
    (address) => {
      expect(limitedAddress(address)).toBe("unknown");
    },
  );

  it.each([
    ["2a06:98c0:3600::103", "Shop.example", "worker shop.example"],
    ["2a06:98c0:3600::103", undefined, "2a06:98c0:3600:0::/64"],
    ["2a06:98c0:3600::103", "no zone", "2a06:98c0:3600:0::/64"],
    ["2a06:98c0:3600::104", "shop.example", "2a06:98c0:3600:0::/64"],
    ["203.0.113.7", "shop.example", "203.0.113.7"],
  ])("%s with the Worker's zone %s is limited as %s", (address, zone, expected) => {
    expect(limitedAddress(address, zone)).toBe(expected);
  });
});
