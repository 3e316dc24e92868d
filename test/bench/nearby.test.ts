import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { readHead } from "../../bench/nearby/answers.ts";
import { byDensity, CITY, CITY_RADIUS_M, cityPoints, LEAST_NEIGHBOURS } from "../../bench/nearby/areas.ts";
import { Latencies } from "../../bench/nearby/latencies.ts";
import { closedLoop, openLoop, type Window } from "../../bench/nearby/load.ts";
import { KINDS, queryOf, questions, SHARES } from "../../bench/nearby/questions.ts";
import { zipfRanks } from "../../bench/nearby/zipf.ts";
import { countWithin } from "../../bench/sql/points.ts";
import { seededRandom } from "../../scripts/import/random.ts";
import { toEcef } from "../../src/geo/ecef.ts";
import { geodesicDistanceM } from "../../src/geo/geodesic.ts";

describe("Zipf's law", () => {
  it("gives rank r a share in proportion to 1 / (r + 1)", () => {
    const [count, draws] = [50, 200_000];
    const rank = zipfRanks(count, 1, seededRandom("zipf"));
    const drawn = Array<number>(count).fill(0);
    for (let i = 0; i < draws; i++) drawn[rank()]! += 1;
    const harmonic = drawn.reduce((sum, _, r) => sum + 1 / (r + 1), 0);
    for (const [r, times] of drawn.entries()) {
      const expected = draws / (r + 1) / harmonic;
      // Five standard deviations.
      expect(Math.abs(times - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it("has one rank when there is one", () => {
    expect(zipfRanks(1, 1, { fraction: () => 0.999 })()).toBe(0);
  });
});

describe("percentiles", () => {
  it("are values of the nearest rank", () => {
    const latencies = new Latencies();
    const random = seededRandom("latencies");
    for (const ms of random.shuffle(Array.from({ length: 5000 }, (_, i) => i + 1))) latencies.add(ms);
    expect(latencies.percentiles()).toEqual({ p50Ms: 2500, p99Ms: 4950 });
    expect(latencies.count).toBe(5000);
  });

  it("are no numbers of nothing", () => {
    expect(new Latencies().percentiles()).toEqual({ p50Ms: Number.NaN, p99Ms: Number.NaN });
  });
});

describe("the head of an answer", () => {
  const head = (timing: string): string =>
    `HTTP/1.1 200 OK\r\nContent-Length: 7\r\n${timing}X-Request-Id: hot\r\n\r\n`;

  it.each([
    ['Server-Timing: hot;dur=0.1, tiles;desc="3", held;desc="1234"\r\n', "hot", 1234],
    ['server-timing: cold;dur=2;desc="asked"\r\n', "cold", undefined],
    ["Server-Timing: hotel;dur=2\r\n", "none", undefined],
    ["", "none", undefined],
  ])("says which way the answer came: %j", (timing, way, heldBytes) => {
    const text = head(timing);
    expect(readHead(`${text}{"a":1}`)).toEqual({ status: 200, bytes: text.length + 7, way, heldBytes });
  });

  it("is nothing before it is there to its end", () => {
    const text = head("");
    for (let length = 0; length < text.length; length++)
      expect(readHead(text.slice(0, length))).toBeUndefined();
  });
});

describe("places to ask from", () => {
  it("lie within the city, and none comes twice", () => {
    const point = cityPoints(seededRandom("places"));
    const points = Array.from({ length: 20_000 }, point);
    for (const one of points) expect(geodesicDistanceM(CITY, one)).toBeLessThan(CITY_RADIUS_M + 1);
    expect(new Set(points.map(({ lat, lng }) => `${lat} ${lng}`)).size).toBe(points.length);
  });

  it("are dense where many stores are near, as counting them one by one says", () => {
    const random = seededRandom("stores");
    // Thick in the middle of a region on the antimeridian, thin at its rim.
    const stores = Array.from({ length: 1500 }, () => ({
      lat: 10 + 6 * (random.fraction() - 0.5) ** 3,
      lng: 180 - 360 * Math.round(random.fraction()) + 6 * (random.fraction() - 0.5) ** 3,
    }));
    const places = stores.map(toEcef);
    const strata = byDensity(stores);
    const seen = Object.entries(strata).map(([density, members]) => {
      for (const store of members) {
        const neighbours = countWithin(places, store, 5_000);
        const expected = Object.entries(LEAST_NEIGHBOURS).find(([, least]) => neighbours >= least)?.[0];
        expect(expected).toBe(density);
      }
      return members.length;
    });
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(stores.length);
    expect(Math.min(...seen)).toBeGreaterThan(0);
  });
});

describe("questions", () => {
  it("are what the service understands, in the shares that are stated", () => {
    const question = questions(cityPoints(seededRandom("points")), seededRandom("mix"));
    const count = 10_000;
    const drawn = { plain: 0, product: 0, category: 0, limit: 0 };
    for (let i = 0; i < count; i++) {
      const { product, category, limit } = queryOf(question());
      drawn[product ? "product" : category ? "category" : limit === 20 ? "plain" : "limit"] += 1;
    }
    for (const kind of KINDS) expect(Math.abs(drawn[kind] / count - SHARES[kind])).toBeLessThan(0.03);
  });
});

describe("the loader", () => {
  const request = Buffer.from("GET / HTTP/1.1\r\nHost: api.example\r\n\r\n");

  /** Counts what is asked and answers it in pieces, every third time from tiles. */
  async function startServer() {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked++;
      const way = asked % 3 === 0 ? "hot" : "cold";
      response.socket?.setNoDelay();
      response.writeHead(asked % 2 === 0 ? 200 : 429, { "Content-Length": 30_000, "Server-Timing": way });
      response.flushHeaders();
      response.write("x".repeat(10_000), () => response.end("y".repeat(20_000)));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return {
      address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      asked: () => asked,
      [Symbol.dispose]: () => void server.close().closeAllConnections(),
    };
  }

  const window = (onEnd: () => void): Window => ({ leadInMs: 20, forMs: 200, onBegin: () => {}, onEnd });

  it("keeps each connection busy, and reads answers that come in pieces", async () => {
    using server = await startServer();
    let sent = 0;
    const next = (): Buffer => {
      sent++;
      return request;
    };
    const counts = await closedLoop(
      server.address,
      4,
      next,
      window(() => {}),
    );
    expect(counts.answers).toBeGreaterThan(0);
    expect(counts.answers).toBeLessThanOrEqual(sent);
    expect(Object.keys(counts.statuses)).toEqual(["200", "429"]);
    expect(counts.ways.hot + counts.ways.cold).toBe(counts.answers);
    expect(counts.bytes).toBeGreaterThan(30_000);
    // Of those in work at the end nobody waits for the answer.
    expect(server.asked()).toBeLessThanOrEqual(sent);
  });

  it("waits for the answers to all that it was to send", async () => {
    using server = await startServer();
    let sent = 0;
    let atEnd = 0;
    const next = (): Buffer => {
      sent++;
      return request;
    };
    const schedule = { perSecond: 500, fraction: seededRandom("open").fraction };
    const counts = await openLoop(
      server.address,
      2,
      next,
      window(() => {
        atEnd = server.asked();
      }),
      schedule,
    );
    expect(atEnd).toBe(sent);
    expect(counts.answers).toBeGreaterThan(0);
    expect(counts.answers).toBeLessThanOrEqual(sent);
    expect(counts.latency.p99Ms).toBeGreaterThanOrEqual(counts.latency.p50Ms);
  });
});
