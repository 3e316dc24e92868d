import { describe, expect, it } from "vitest";
import { OPEN_API_CONTRIBUTIONS } from "../../src/contributions.ts";
import { descriptionRoutes } from "../../src/http/description-routes.ts";
import { docsPage } from "../../src/http/docs-page.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { PROBLEM_KINDS } from "../../src/http/problem.ts";
import { createRouter } from "../../src/http/router.ts";
import { inventoryOpenApi } from "../../src/inventory/openapi.ts";
import { NEARBY_PARAMETERS } from "../../src/inventory/parameters.ts";
import { assertResponseConforms } from "../support/conforms.ts";

const document = openApiDocument(OPEN_API_CONTRIBUTIONS);
const page = await docsPage(document);

describe("the docs page", () => {
  it("shows every path, every parameter and every curl example", () => {
    for (const path of Object.keys(document.paths)) expect(page).toContain(`<span>${path}</span>`);
    for (const name of Object.keys(NEARBY_PARAMETERS))
      expect(page).toContain(`<td><code>${name}</code></td>`);
    expect(page.match(/<pre><code>curl -G/g)).toHaveLength(5);
    expect(page).toContain("<code>items[].proof.distance_from_location_m</code>");
  });

  it("shows what a body must hold", () => {
    const rotation = page.slice(page.indexOf('<section id="rotateKey">'));
    expect(rotation.slice(0, rotation.indexOf("</section>"))).toContain(
      "<td><code>overlap_s</code></td><td>integer, 0 to 2592000</td>",
    );
  });

  it("explains every problem at the anchor that problems point to", () => {
    for (const code of Object.keys(PROBLEM_KINDS)) expect(page).toContain(`id="problem-${code}"`);
  });

  it("leads nowhere that does not exist", () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, target]) => target);
    expect(new Set(ids).size).toBe(ids.length);
    expect(links.length).toBeGreaterThan(10);
    for (const target of links) expect(["/openapi.json", ...ids.map((id) => `#${id}`)]).toContain(target);
  });

  it("fetches nothing and runs nothing", () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|form)|@import|url\(|\ssrc=|\son\w+=/i);
  });

  it("escapes whatever the document says", async () => {
    const evil = `<script>alert("x")</script>&'`;
    const operation = inventoryOpenApi.paths["/inventory/nearby"]!["get"]!;
    const hostile = openApiDocument([
      {
        ...inventoryOpenApi,
        tag: { name: "Inventory", description: evil },
        paths: {
          [evil]: {
            get: {
              ...operation,
              summary: evil,
              description: `${evil} \`${evil}\``,
              parameters: [
                { name: evil, schema: { type: evil, default: evil, enum: [evil] }, description: evil },
              ],
              responses: {
                200: {
                  description: evil,
                  content: { [evil]: { schema: {}, examples: { [evil]: { value: evil } } } },
                },
              },
              "x-codeSamples": [{ lang: evil, label: evil, source: evil }],
            },
          },
        },
      },
    ]);
    expect(await docsPage(hostile)).not.toContain("<script");
  });
});

describe("the description routes", () => {
  const router = createRouter(() => undefined);
  const { openApi, docs } = descriptionRoutes(OPEN_API_CONTRIBUTIONS);
  router.mount("/openapi.json", { GET: openApi });
  router.mount("/docs", { GET: docs });

  it("serve the document, the same each time", async () => {
    for (let time = 0; time < 2; time++) {
      const response = await router.request("/openapi.json");
      expect(response.headers.get("Cache-Control")).toBe("public, max-age=300");
      expect(await assertResponseConforms("GET", "http://x/openapi.json", response)).toEqual(
        JSON.parse(JSON.stringify(document)),
      );
    }
  });

  it("serve the page with a policy that forbids everything but its own style", async () => {
    const response = await router.request("/docs");
    const policy = response.headers.get("Content-Security-Policy");
    expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'/);
    expect(await response.clone().text()).toBe(page);
    await assertResponseConforms("GET", "http://x/docs", response);
  });

  it("refuse another method with a problem that conforms", async () => {
    const response = await router.request("/docs", { method: "POST" });
    expect(await assertResponseConforms("POST", "http://x/docs", response)).toMatchObject({
      code: "method_not_allowed",
    });
  });
});
