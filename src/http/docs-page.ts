import { html, raw } from "hono/html";
import { POLICIES } from "../limits/policies.ts";
import { fieldsOf, typeInWords } from "./docs-schema.ts";
import { DOCS_STYLE } from "./docs-style.ts";
import type { OpenApiDocument } from "./openapi.ts";
import type { MediaType, Operation, RequestBody, ResponseObject } from "./openapi-parts.ts";
import { PROBLEM_KINDS, type ProblemCode } from "./problem.ts";
import { PROBLEM_ADVICE } from "./problem-advice.ts";
import type { JsonSchema } from "./query-parameters.ts";

type Html = ReturnType<typeof html>;
type Endpoint = { readonly method: string; readonly path: string; readonly operation: Operation };

const LIMITS_DESCRIPTION = `In no period of the length given do more requests pass than a limit allows, wherever they arrive; a partner may have been given limits of its own. \`RateLimit-Policy\` names the limit that a request counts under, with its \`q\` requests in any \`w\` seconds; \`RateLimit\` tells how it stands: \`r\` are left, and in \`t\` seconds there will be more.

A request too many is answered 429 and does not count. Its \`Retry-After\` names a moment at which one will pass, if none is sent meanwhile.`;
const PER = { caller: "key, or person", address: "address (IPv6: /64)" } as const;

/** `Content-Security-Policy` of the docs page: its own style and nothing else. */
export const DOCS_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The document as an HTML page that needs no script, no network and no other file. */
export async function docsPage(document: OpenApiDocument): Promise<string> {
  const { info, servers, components } = document;
  const endpoints = endpointsOf(document);
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}: ${info.summary}</title>
<style>${raw(DOCS_STYLE)}</style>
</head>
<body>
${navigation(document, endpoints)}
<main>
<h1>${info.title}</h1>
<p class="lead">${info.summary}</p>
${paragraphs(info.description)}
<p>Base address: ${servers.map(({ url }) => html`<code>${url}</code> `)}
· for programs: <a href="/openapi.json">OpenAPI ${document.openapi}</a></p>
<h2 id="authentication">Authentication</h2>
${Object.values(components.securitySchemes).map(({ description }) => paragraphs(description))}
${document.tags.map(
  ({ name, description }) => html`<h2 id="tag-${name}">${name}</h2>
${paragraphs(description)}
${endpoints.filter(({ operation }) => operation.tags.includes(name)).map((endpoint) => section(endpoint, document))}`,
)}
${limitsSection()}
<h2 id="errors">Errors</h2>
<p>Whatever goes wrong is answered as <code>application/problem+json</code> (RFC 9457). Programs go by <code>code</code>:</p>
${Object.keys(PROBLEM_KINDS).map((code) => problemSection(code as ProblemCode))}
</main>
</body>
</html>`;
  return page.toString();
}

function endpointsOf({ paths }: OpenApiDocument): readonly Endpoint[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

function navigation({ info, tags }: OpenApiDocument, endpoints: readonly Endpoint[]): Html {
  return html`<nav aria-label="Contents"><strong>${info.title}</strong> <span class="soft">${info.version}</span>
<h2>Start</h2><ul><li><a href="#authentication">Authentication</a></li></ul>
${tags.map(
  ({ name }) =>
    html`<h2>${name}</h2><ul>${endpoints
      .filter(({ operation }) => operation.tags.includes(name))
      .map(
        ({ operation, path, method }) =>
          html`<li><a href="#${operation.operationId}"><code>${method} ${path}</code></a></li>`,
      )}</ul>`,
)}
<h2><a href="#limits">Limits</a></h2>
<h2><a href="#errors">Errors</a></h2>
<ul>${Object.keys(PROBLEM_KINDS).map((code) => html`<li><a href="#problem-${code}"><code>${code}</code></a></li>`)}</ul>
</nav>`;
}

function limitsSection(): Html {
  const rows = POLICIES.map(
    ({ name, what, per, limit, windowS }) =>
      html`<tr><td><code>${name}</code></td><td>${inline(what)}</td><td>${PER[per]}</td><td>${limit}</td><td>${windowS} s</td></tr>`,
  );
  return html`<h2 id="limits">Limits</h2>${paragraphs(LIMITS_DESCRIPTION)}
<div class="scroll"><table><thead><tr><th>Name</th><th>What</th><th>Per</th><th>Requests</th><th>In any</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function section({ method, path, operation }: Endpoint, { components }: OpenApiDocument): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  return html`<section id="${operationId}"><h3>${summary}</h3>
<p class="route"><span class="badge">${method}</span><span>${path}</span></p>
${paragraphs(description)}
${(operation["x-codeSamples"] ?? []).map(({ label, source }) => html`<h4>${label}</h4><pre><code>${source}</code></pre>`)}
${parameters.length > 0 && html`<h4>Parameters</h4>${parameterTable(parameters)}`}
${requestBody !== undefined && body(requestBody, components.schemas)}
<h4>Answers</h4>
${Object.entries(responses).map(([status, response]) => answer(status, response, components.schemas))}
</section>`;
}

function body(requestBody: RequestBody, schemas: Readonly<Record<string, JsonSchema>>): Html {
  return html`${Object.entries(requestBody.content).map(
    ([
      type,
      media,
    ]) => html`<h4>Body</h4><p class="soft"><code>${type}</code>${requestBody.required ? "" : ", may be left out"}</p>
<pre><code>${JSON.stringify(media.example, null, 2)}</code></pre>
${fieldTable(media, schemas)}`,
  )}`;
}

function parameterTable(parameters: readonly JsonSchema[]): Html {
  const rows = parameters.map((parameter) => {
    const schema = parameter["schema"] as JsonSchema;
    const absent = schema["default"];
    return html`<tr><td><code>${String(parameter["name"])}</code></td><td>${inline(typeInWords(schema, {}))}</td>
<td>${absent === undefined ? "" : html`<code>${[absent].flat().join(", ")}</code>`}</td><td>${inline(String(parameter["description"]))}</td></tr>`;
  });
  return html`<div class="scroll"><table><thead><tr><th>Name</th><th>Type</th><th>Default</th><th>Meaning</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function answer(
  status: string,
  { description, content = {} }: ResponseObject,
  schemas: Readonly<Record<string, JsonSchema>>,
): Html {
  const succeeds = status.startsWith("2");
  return html`<details${raw(succeeds ? " open" : "")}><summary><span class="badge${succeeds ? "" : " refusal"}">${status}</span>
${inline(description)}</summary>
${Object.entries(content).map(
  ([type, media]) => html`<p class="soft"><code>${type}</code></p>${examples(media)}
${succeeds && fieldTable(media, schemas)}`,
)}
</details>`;
}

function examples({ examples = {} }: MediaType): Html[] {
  return Object.entries(examples).map(
    ([name, { summary, value }]) =>
      html`<h4>${summary ?? html`<code>${name}</code>`}</h4><pre><code>${JSON.stringify(value, null, 2)}</code></pre>`,
  );
}

function fieldTable({ schema }: MediaType, schemas: Readonly<Record<string, JsonSchema>>): Html | "" {
  const fields = fieldsOf(schema, schemas);
  if (fields.length === 0) return "";
  const rows = fields.map(
    ({ path, type, description }) =>
      html`<tr><td><code>${path}</code></td><td>${inline(type)}</td><td>${inline(description)}</td></tr>`,
  );
  return html`<h4>Every member</h4><div class="scroll"><table><thead><tr><th>Member</th><th>Type</th><th>Meaning</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function problemSection(code: ProblemCode): Html {
  const { status, title } = PROBLEM_KINDS[code];
  return html`<section id="problem-${code}"><h3><code>${code}</code> <span class="soft">${status} · ${title}</span></h3>
${paragraphs(PROBLEM_ADVICE[code])}</section>`;
}

function paragraphs(text: string): Html[] {
  return text.split("\n\n").map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

/** Text in which what stands between backticks is code. */
function inline(text: string): (string | Html)[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}
